"""Events: list, detail, and as calendars."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import URLPattern, path
from rest_framework import serializers

from cms.api.parameters import BooleanParameter, InstantParameter, RepeatableField
from content.api.pages import PublicPagesViewSet
from content.api.parameters import ListParameters
from content.choices import AttendanceMode, EventStatus, EventType
from content.models import EventPage, EventTag

EVENT_ORDERS = [
    "starts_at",
    "-starts_at",
    "title",
    "-title",
    "first_published_at",
    "-first_published_at",
]


class EventFilters(serializers.Serializer[Any]):
    """What the list and the calendar feed have in common."""

    when = serializers.ChoiceField(
        required=False,
        choices=["upcoming", "ongoing", "past"],
        help_text="Upcoming: has not ended; ongoing: has started, too; past: has ended.",
    )
    starts_after = InstantParameter(required=False, help_text="Inclusive.")
    starts_before = InstantParameter(required=False, help_text="Exclusive.")
    tag = RepeatableField(
        required=False,
        child=serializers.CharField(max_length=100),
        max_length=20,
        help_text="Any of these; may be repeated.",
    )
    event_type = serializers.ChoiceField(required=False, choices=EventType.values)
    attendance_mode = serializers.ChoiceField(required=False, choices=AttendanceMode.values)
    event_status = serializers.ChoiceField(required=False, choices=EventStatus.values)
    featured = BooleanParameter(required=False)
    slug = serializers.CharField(required=False, max_length=255)


class EventListParameters(EventFilters, ListParameters):
    order = serializers.ChoiceField(
        required=False,
        choices=EVENT_ORDERS,
        help_text="Default: -starts_at; with when=upcoming or ongoing: starts_at.",
    )


class EventsViewSet(PublicPagesViewSet):
    """Public events. Without `locale`: the default language."""

    model = EventPage
    list_parameters_class = EventListParameters
    orders: ClassVar[dict[str, str]] = {"starts_at": "starts_at", "title": "title"}
    defaults_to_site_language = True
    operation_tag = "events"
    resource_name = "Event"

    def filtered(self, values: dict[str, Any]) -> QuerySet[Any]:
        if "when" in values:
            self.note_next_change()
        return matching_events(super().filtered(values), values, self.now)

    def ordered(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        soonest_first = values.get("when") in ("upcoming", "ongoing")
        default = "starts_at" if soonest_first else "-starts_at"
        return super().ordered(queryset, {**values, "order": values.get("order") or default})

    def note_next_change(self) -> None:
        """When the next public event starts or ends, `when=` answers something else."""
        events = self.get_queryset()
        starts = events.filter(starts_at__gt=self.now).order_by("starts_at")
        ends = events.filter(finishes_at__gt=self.now).order_by("finishes_at")
        moments = starts.values_list("starts_at")[:1].union(
            ends.values_list("finishes_at")[:1], all=True
        )
        for (moment,) in moments:
            self.references.changes_at(moment)

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [
            path("", cls.listing_only(), name="listing"),
            path("<int:pk>/", cls.detail_only(), name="detail"),
        ]


def matching_events(
    queryset: QuerySet[Any], values: dict[str, Any], now: datetime
) -> QuerySet[Any]:
    """``queryset`` cut down by the values of `EventFilters`."""
    conditions = Q()
    match values.get("when"):
        case "upcoming":
            conditions &= Q(finishes_at__gt=now)
        case "ongoing":
            conditions &= Q(starts_at__lte=now, finishes_at__gt=now)
        case "past":
            conditions &= Q(finishes_at__lte=now)
    if "starts_after" in values:
        conditions &= Q(starts_at__gte=values["starts_after"])
    if "starts_before" in values:
        conditions &= Q(starts_at__lt=values["starts_before"])
    if values.get("tag"):
        conditions &= _tagged(values["tag"])
    for name in ("event_type", "attendance_mode", "event_status", "featured", "slug"):
        if name in values:
            conditions &= Q(**{name: values[name]})
    return queryset.filter(conditions)


def _tagged(names: Iterable[str]) -> Q:
    """Condition for events with any of the tags, whatever their case."""
    named = Q(pk__in=[])
    for name in names:
        named |= Q(tag__name__iexact=name)
    return Q(pk__in=EventTag.objects.filter(named).values("content_object_id"))
