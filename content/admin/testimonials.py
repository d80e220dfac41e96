"""The listing of testimonials and their order, which is kept per language."""

from typing import Any, ClassVar

from django.contrib.admin.utils import quote, unquote
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import (
    BooleanColumn,
    Column,
    LiveStatusTagColumn,
    LocaleColumn,
    UpdatedAtColumn,
)
from wagtail.admin.views.generic import IndexView as ModelIndexView
from wagtail.admin.widgets.button import BaseButton, Button
from wagtail.models import Locale, Revision, WorkflowState
from wagtail.snippets.views.snippets import IndexView, ReorderView, SnippetViewSet

from content.admin.filters import ListingFilterSet, PublicationFilter
from content.admin.snippet_previews import LocalizedCreateView, LocalizedPreviewOnCreateView
from content.admin.wording import ON_WIDE_SCREENS
from content.models import Testimonial
from content.search import matching


class TestimonialFilterSet(ListingFilterSet):
    publication = PublicationFilter()

    class Meta:
        model = Testimonial
        fields: ClassVar[list[str]] = ["featured", "rating"]


class TestimonialIndexView(IndexView):
    def search_queryset(self, queryset: QuerySet[Testimonial]) -> QuerySet[Testimonial]:
        return matching(queryset, self.search_query) if self.is_searching else queryset

    def get_base_queryset(self) -> QuerySet[Testimonial]:
        """With all that a row shows, so that no row asks the database again."""
        queryset = super().get_base_queryset().select_related("locale", "latest_revision")
        return with_publication_state(queryset).annotate(languages=_number_of_languages())

    def get_list_buttons(self, instance: Testimonial) -> list[BaseButton]:
        # The hooks that snippets' own listing asks here cost a query for every row.
        return ModelIndexView.get_list_buttons(self, instance)

    def get_list_more_buttons(self, instance: Testimonial) -> list[MenuItem]:
        buttons: list[MenuItem] = super().get_list_more_buttons(instance)
        if self._may_translate and instance.languages < self._number_of_locales:
            arguments = ["content", "testimonial", quote(instance.pk)]
            url = reverse("simple_translation:submit_snippet_translation", args=arguments)
            buttons.append(MenuItem(_("Translate"), url, icon_name="globe", priority=100))
        return buttons

    @cached_property
    def _may_translate(self) -> bool:
        return self.request.user.has_perm("simple_translation.submit_translation")

    @cached_property
    def _number_of_locales(self) -> int:
        return Locale.objects.count()

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "author_name",
            Column("quote", label=_("Quote"), accessor=quote_excerpt),
            Column(
                "rating",
                label=_("Rating"),
                accessor="get_rating_display",
                sort_key="rating",
                classname=ON_WIDE_SCREENS,
            ),
            BooleanColumn(
                "featured", label=_("Featured"), sort_key="featured", classname=ON_WIDE_SCREENS
            ),
            LocaleColumn(label=_("Language"), classname=ON_WIDE_SCREENS),
            LiveStatusTagColumn(),
            UpdatedAtColumn(classname=ON_WIDE_SCREENS),
        ]

    def get_valid_orderings(self) -> list[str]:
        """The manual order belongs to one language, so it is offered for one language only."""
        orderings = [
            name for name in super().get_valid_orderings() if name != self.sort_order_field
        ]
        only_language = self.is_filtering and self.filters.form.changed_data == ["locale"]
        if only_language and not self.is_searching and self.get_reorder_url():
            orderings.append(self.sort_order_field)
        return orderings

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *self._reorder_buttons()]

    # Wagtail's own button sorts all languages in one list.
    reorder_button = None

    def _reorder_buttons(self) -> list[Button]:
        if not self.get_reorder_url():
            return []
        return [
            Button(
                _("Put in order: %(language)s") % {"language": locale.get_display_name()},
                url=f"{self.index_url}?ordering={self.sort_order_field}"
                f"&locale={locale.language_code}",
                icon_name="list-ul",
                priority=100 + position,
            )
            for position, locale in enumerate(Locale.objects.all())
        ]


def with_publication_state(queryset: QuerySet[Testimonial]) -> QuerySet[Testimonial]:
    """What ``status_string`` looks at, under the names under which Wagtail keeps it."""
    states = WorkflowState.objects.active().select_related("current_task_state__task")
    scheduled = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(Testimonial),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    return queryset.annotate(
        scheduled_revision=Subquery(scheduled.values("pk")[:1])
    ).prefetch_related(
        Prefetch("workflow_states", queryset=states, to_attr="_current_workflow_states")
    )


def _number_of_languages() -> Subquery:
    translations = Testimonial.objects.filter(translation_key=OuterRef("translation_key"))
    counted = translations.order_by().values("translation_key").annotate(total=Count("pk"))
    return Subquery(counted.values("total"))


def quote_excerpt(testimonial: Testimonial) -> str:
    return Truncator(testimonial.quote).words(16)


class TestimonialReorderView(ReorderView):
    """Moves one testimonial among those of its language; ``position`` counts from 0."""

    def post(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> JsonResponse:
        moved = get_object_or_404(Testimonial, pk=unquote(str(kwargs["pk"])))
        with transaction.atomic():
            siblings = list(
                Testimonial.objects.select_for_update()
                .filter(locale_id=moved.locale_id)
                .order_by("sort_order", "pk")
            )
            siblings.remove(moved)
            siblings.insert(_position(request, last=len(siblings)), moved)
            changed = []
            for number, testimonial in enumerate(siblings, start=1):
                if testimonial.sort_order != number:
                    testimonial.sort_order = number
                    changed.append(testimonial)
            for testimonial in changed:
                # One by one, because the API's caches listen to saves.
                testimonial.save(update_fields=["sort_order"])
        return JsonResponse({"success": True})


def _position(request: HttpRequest, *, last: int) -> int:
    text = request.GET.get("position", "")
    return min(int(text), last) if text.isascii() and text.isdigit() and len(text) < 9 else last


class TestimonialViewSet(SnippetViewSet):
    model = Testimonial
    index_view_class = TestimonialIndexView
    add_view_class = LocalizedCreateView
    preview_on_add_view_class = LocalizedPreviewOnCreateView
    reorder_view_class = TestimonialReorderView
    filterset_class = TestimonialFilterSet
    ordering: ClassVar[list[str]] = ["sort_order", "pk"]
    icon = "openquote"
    menu_label = _("Testimonials")
    menu_name = "testimonials"
    menu_order = 200
    add_to_admin_menu = True
    copy_view_enabled = False
    list_per_page = 30
