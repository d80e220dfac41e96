"""What people say about the lab."""

from typing import Any, ClassVar, Self

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from content.character_count import QUOTE_LIMIT, character_count
from content.models.previewable import DraftPreviewMixin
from content.models.searchable import FoldedSearchMixin
from content.schedule_panel import SchedulePanel
from content.testimonial_form import TestimonialForm


class Testimonial(
    DraftPreviewMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    FoldedSearchMixin,
    index.Indexed,
    models.Model,
):
    """A quote with its author. ``quote`` is plain text: tags in it are literal characters."""

    author_name = models.CharField(_("name"), max_length=120)
    author_role = models.CharField(_("role"), max_length=120, blank=True)
    author_organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    author_photo = models.ForeignKey(
        "content.SiteImage",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    quote = models.TextField(
        _("quote"), max_length=600, help_text=_("Plain text, without quotation marks.")
    )
    rating = models.PositiveSmallIntegerField(
        _("rating"),
        null=True,
        blank=True,
        choices=[(number, "★" * number) for number in range(5, 0, -1)],
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    featured = models.BooleanField(_("featured"), default=False)
    source_url = models.URLField(
        _("source"), max_length=500, blank=True, help_text=_("Where it was published, if it was.")
    )
    sort_order = models.IntegerField(_("position"), default=0, editable=False)

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="testimonial",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision", related_query_name="testimonial", for_concrete_model=False
    )

    api_route = "testimonials"
    sort_order_field = "sort_order"
    base_form_class = TestimonialForm
    panels = [
        FieldPanel("quote", attrs=character_count(QUOTE_LIMIT)),
        MultiFieldPanel(
            [
                FieldPanel("author_name"),
                FieldRowPanel([FieldPanel("author_role"), FieldPanel("author_organisation")]),
                FieldPanel("author_photo"),
            ],
            heading=_("Who said it"),
        ),
        FieldRowPanel([FieldPanel("rating"), FieldPanel("featured")]),
        FieldPanel("source_url"),
        SchedulePanel(),
    ]
    search_fields = [
        *FoldedSearchMixin.search_fields,
        index.FilterField("locale"),
        index.FilterField("live"),
    ]
    folded_fields: ClassVar[tuple[str, ...]] = (
        "author_name",
        "author_role",
        "author_organisation",
        "quote",
    )

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("testimonial")
        verbose_name_plural = _("testimonials")
        ordering = ["sort_order", "id"]
        indexes = [
            models.Index(fields=["locale", "sort_order", "id"], name="content_testimonial_order")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="content_testimonial_rating_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return self.author_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and not self.sort_order:
            siblings = type(self)._default_manager.filter(locale_id=self.locale_id)
            last = siblings.aggregate(last=models.Max("sort_order"))["last"]
            self.sort_order = (last or 0) + 1
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A revision as object; the position is that of today, whatever the revision says."""
        testimonial: Self = super().with_content_json(content)
        testimonial.sort_order = self.sort_order
        return testimonial

    @property
    def revisions(self) -> "models.Manager[models.Model]":
        return self._revisions
