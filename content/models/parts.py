"""People and programme items that belong to one event."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Orderable

from content.character_count import BIOGRAPHY_LIMIT, character_count
from content.event_times import EventTimePanel


class Speaker(Orderable):
    """A person on stage at one event."""

    page = ParentalKey("content.EventPage", on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(
        _("role"), max_length=120, blank=True, help_text=_("For example “Backend developer”.")
    )
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    bio = models.TextField(_("about the person"), max_length=600, blank=True)
    url = models.URLField(_("website"), blank=True)
    photo = models.ForeignKey(
        "content.SiteImage",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("role"), FieldPanel("organisation")]),
        FieldPanel("bio", attrs=character_count(BIOGRAPHY_LIMIT)),
        FieldRowPanel([FieldPanel("url"), FieldPanel("photo")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")

    def __str__(self) -> str:
        return self.name


class Session(Orderable):
    """One item of an event's programme."""

    page = ParentalKey("content.EventPage", on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=200)
    speaker_names = models.CharField(
        _("speakers"),
        max_length=300,
        blank=True,
        help_text=_("Names, with a comma between them."),
    )
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    abstract = models.TextField(_("abstract"), max_length=2000, blank=True)
    slides_url = models.URLField(_("slides"), blank=True)
    recording_url = models.URLField(_("recording"), blank=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("speaker_names"),
        FieldRowPanel([EventTimePanel("starts_at"), EventTimePanel("ends_at")]),
        FieldPanel("abstract"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("slides_url"), FieldPanel("recording_url")])],
            heading=_("Afterwards"),
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(starts_at__isnull=False, ends_at__gte=models.F("starts_at")),
                name="content_session_ends_after_start",
                violation_error_message=_("A session cannot end before it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def speakers(self) -> list[str]:
        return [name for part in self.speaker_names.split(",") if (name := part.strip())]

    def clean(self) -> None:
        super().clean()
        if self.ends_at and not self.starts_at:
            raise ValidationError({"starts_at": _("Say when the session starts, too.")})
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("A session cannot end before it starts.")})
