"""Events: what visitors of a lab can come to."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.fields import StreamField
from wagtail.search import index

from cms.api.words import fold
from content.blocks import BodyBlock
from content.choices import AttendanceMode, Currency, EventStatus, EventType
from content.event_panels import EventForm, event_edit_handler
from content.event_rules import broken_rules
from content.models.pages import SitePage
from content.models.searchable import FoldedSearchMixin
from content.serializers.events import EventListItemSerializer, EventSerializer
from content.zones import end_of_day, is_likely, start_of_day, validate_zone


def default_zone() -> str:
    return settings.TIME_ZONE


class EventTag(TaggedItemBase):
    content_object = ParentalKey(
        "content.EventPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class EventPage(FoldedSearchMixin, SitePage):
    """Something that takes place at a time, in a place or online.

    ``finishes_at`` is derived: the moment from which the event is past.
    """

    summary = models.TextField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences for lists and search engines."),
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(
        _("ends at"),
        null=True,
        blank=True,
        help_text=_("Leave empty if it is not known. For all-day events: the last day."),
    )
    finishes_at = models.DateTimeField(editable=False)
    all_day = models.BooleanField(
        _("all day"), default=False, help_text=_("Only the dates count, not the times of day.")
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default=default_zone,
        validators=[validate_zone],
        help_text=_("The times above and in the programme are local times of this zone."),
    )
    event_type = models.CharField(
        _("kind of event"), max_length=20, choices=EventType.choices, default=EventType.MEETUP
    )
    attendance_mode = models.CharField(
        _("attendance"),
        max_length=20,
        choices=AttendanceMode.choices,
        default=AttendanceMode.OFFLINE,
    )
    event_status = models.CharField(
        _("status"),
        max_length=20,
        choices=EventStatus.choices,
        default=EventStatus.SCHEDULED,
        help_text=_("Do not delete a cancelled event: people who planned to come look it up."),
    )
    venue_name = models.CharField(_("venue"), max_length=200, blank=True)
    venue_address = models.CharField(_("street address"), max_length=300, blank=True)
    venue_city = models.CharField(_("city"), max_length=120, blank=True)
    venue_country = models.CharField(_("country"), max_length=120, blank=True)
    venue_latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    venue_longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    online_url = models.URLField(
        _("address to join online"), max_length=500, blank=True, help_text=_("Public on the site.")
    )
    registration_url = models.URLField(_("registration page"), max_length=500, blank=True)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_free = models.BooleanField(_("free of charge"), default=True)
    price_amount = models.DecimalField(
        _("price"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    price_currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, blank=True
    )
    organizer_name = models.CharField(_("organizer"), max_length=200, blank=True)
    organizer_url = models.URLField(_("organizer's website"), max_length=500, blank=True)
    featured = models.BooleanField(
        _("featured"), default=False, help_text=_("The site may show it more prominently.")
    )
    cover = models.ForeignKey(
        "content.SiteImage",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    tags = ClusterTaggableManager(
        through=EventTag,
        blank=True,
        verbose_name=_("tags"),
        help_text=_("Topics, with a comma or Enter after each."),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("description"))

    search_fields = [
        *SitePage.search_fields,
        *FoldedSearchMixin.search_fields,
        index.FilterField("starts_at"),
        index.FilterField("finishes_at"),
        index.FilterField("event_type"),
        index.FilterField("event_status"),
        index.FilterField("attendance_mode"),
        index.FilterField("featured"),
    ]
    folded_fields: ClassVar[tuple[str, ...]] = (
        "title",
        "summary",
        "venue_name",
        "venue_city",
        "venue_country",
        "organizer_name",
        "body",
    )

    edit_handler = event_edit_handler(
        promote_panels=SitePage.promote_panels, settings_panels=SitePage.settings_panels
    )
    base_form_class = EventForm
    api_route = "events"
    serializer_class = EventSerializer
    list_serializer_class = EventListItemSerializer
    list_prefetch = (
        "speakers",
        models.Prefetch("tagged_items", EventTag.objects.select_related("tag")),
    )
    prefetch = (*list_prefetch, "sessions")
    parent_page_types = ["content.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    preview_modes: ClassVar[list[tuple[str, Any]]] = [
        ("", _("Event page")),
        ("card", _("In lists")),
    ]
    page_description = _("A talk, workshop, meetup or anything else with a date.")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["-starts_at", "-page_ptr"], name="content_event_starts"),
            models.Index(fields=["finishes_at"], name="content_event_finishes"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                name="content_event_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(finishes_at__gte=models.F("starts_at")),
                name="content_event_finishes_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True) | models.Q(capacity__gte=1),
                name="content_event_capacity_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(price_amount__isnull=True, price_currency="")
                | (
                    models.Q(price_amount__isnull=False, price_amount__gte=0, is_free=False)
                    & ~models.Q(price_currency="")
                ),
                name="content_event_price_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(venue_latitude__isnull=True, venue_longitude__isnull=True)
                | models.Q(
                    # NULL passes a check, so it has to be ruled out by name.
                    venue_latitude__isnull=False,
                    venue_longitude__isnull=False,
                    venue_latitude__range=(-90, 90),
                    venue_longitude__range=(-180, 180),
                ),
                name="content_event_coordinates_whole",
            ),
        ]

    def folded_text(self) -> str:
        parts = [speaker.name for speaker in self.speakers.all()]
        parts += [session.title for session in self.sessions.all()]
        parts += [tag.name for tag in self.tags.all()]
        return f"{super().folded_text()} {fold(' '.join(parts))}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def has_venue(self) -> bool:
        words = (self.venue_name, self.venue_address, self.venue_city, self.venue_country)
        return any(words) or self.venue_latitude is not None

    @property
    def local_starts_at(self) -> datetime:
        return self.starts_at.astimezone(self.zone)

    @property
    def local_ends_at(self) -> datetime | None:
        return self.ends_at.astimezone(self.zone) if self.ends_at else None

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self._derive_times()
        super().full_clean(*args, **kwargs)

    def _derive_times(self) -> None:
        """All-day events span whole local days; ``finishes_at`` follows from the other times."""
        times = [moment for moment in (self.starts_at, self.ends_at) if moment]
        # What is refused cannot be derived from: there is no day after the last one of year 9999.
        if not self.starts_at or not all(is_likely(moment, self.timezone) for moment in times):
            return
        if self.all_day:
            self.starts_at = start_of_day(self.starts_at, self.zone)
            if self.ends_at:
                self.ends_at = end_of_day(self.ends_at, self.zone)
        if self.ends_at:
            self.finishes_at = max(self.starts_at, self.ends_at)
        else:
            self.finishes_at = (
                end_of_day(self.starts_at, self.zone) if self.all_day else self.starts_at
            )

    def clean(self) -> None:
        super().clean()
        self.clean_together()

    def clean_together(self) -> None:
        """The rules that concern several values, without those of the page's place in the tree."""
        if errors := broken_rules(self):
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._derive_times()
        super().save(*args, **kwargs)
