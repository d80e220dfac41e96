"""Events written as iCalendar and read back, for tests of the calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import vobject
from icalendar import Calendar
from taggit.models import Tag
from wagtail.models import Locale

from content.calendar import event_calendar
from content.models import EventPage, EventTag


def an_event(*, tags: Iterable[str] = (), language: str = "en", **values: Any) -> EventPage:
    """An event that is stored nowhere."""
    values.setdefault("title", "Open evening")
    values.setdefault("slug", "open-evening")
    values.setdefault("starts_at", datetime(2026, 11, 22, 18, tzinfo=UTC))
    values["finishes_at"] = values.get("ends_at") or values["starts_at"]
    published_at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    event = EventPage(
        locale=Locale(language_code=language),
        first_published_at=published_at,
        last_published_at=published_at,
        **values,
    )
    event.tagged_items.set([EventTag(tag=Tag(name=name)) for name in tags])
    return event


def loaded(*events: EventPage) -> list[EventPage]:
    """As the API hands them over: everything that is read is there."""
    queryset = EventPage.objects.select_related("locale").prefetch_related("tagged_items__tag")
    by_key = queryset.in_bulk([event.pk for event in events])
    return [by_key[event.pk] for event in events]


def encoded(*events: EventPage, name: str = "Events") -> bytes:
    return event_calendar(
        events,
        name=name,
        source_url="https://cms.example.org/api/events.ics?locale=en&tag=ñ",
        html_url_of=lambda event: f"https://lab.example.org/events/{event.slug}/",
    )


def parsed(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def parsed_event(event: EventPage) -> Any:
    return parsed(encoded(event))[0]


def parsed_by_vobject(content: bytes) -> Any:
    return vobject.readOne(content.decode())


def publish_again(event: EventPage, **changes: Any) -> EventPage:
    for name, value in changes.items():
        setattr(event, name, value)
    event.save_revision().publish()
    return EventPage.objects.get(pk=event.pk)
