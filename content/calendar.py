"""Published events as iCalendar (RFC 5545, with the properties of RFC 7986).

METHOD and ORGANIZER are left out: METHOD:PUBLISH would oblige every event to name an organizer by a
calendar address (RFC 5546, 3.2.1), that is by mail address, and we publish none.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from django.utils import timezone as clock
from django.utils import translation
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration, vText, vUri
from icalendar.prop import vUnknown
from icalendar.prop.conference import Conference

from content.calendar_zones import time_zone_component
from content.choices import EventStatus
from content.event_rules import takes_place_at_venue
from content.models import EventPage

PRODUCT = "-//Lab CMS//Events//EN"
REFRESH_INTERVAL = timedelta(hours=1)

# Never to be changed: every identity that calendars have stored is derived from it.
_UID_NAMESPACE = uuid.UUID("6d3a4f0e-5a53-4c5c-9a55-0d7f6f0b8a41")
_STATUS = {EventStatus.CANCELLED: "CANCELLED", EventStatus.POSTPONED: "TENTATIVE"}
_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t\n]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


def event_uid(event: EventPage) -> str:
    """The permanent identity of an event in one language (RFC 7986, 5.3: a UUID).

    It depends on nothing that editors or operators change: not the slug, the place in the tree, the
    host or the database's numbering. An alias keeps it when it becomes a translation.
    """
    language = event.locale.language_code
    return str(uuid.uuid5(_UID_NAMESPACE, f"{event.translation_key}:{language}"))


def event_sequence(event: EventPage) -> int:
    """SEQUENCE: whole seconds from the first to the latest publication, 0 at first.

    Derived, so nothing has to be counted or stored, and it grows with each publication. 31 bits are
    68 years.
    """
    if not (event.first_published_at and event.last_published_at):
        return 0
    seconds = (event.last_published_at - event.first_published_at).total_seconds()
    return min(max(int(seconds), 0), 2**31 - 1)


def event_calendar(
    events: Iterable[EventPage],
    *,
    name: str,
    source_url: str,
    html_url_of: Callable[[EventPage], str],
    now: datetime | None = None,
) -> bytes:
    """An iCalendar object: UTF-8, CRLF, lines folded at 75 octets, in the order of ``events``.

    Makes no query when each event has its ``locale`` (select) and ``tagged_items__tag`` (prefetch)
    loaded. ``source_url`` is where the answer can be fetched again, ``html_url_of`` gives the
    address of an event's page, ``now`` stands in for the time of publication that a page lacks
    which Wagtail never published. Otherwise the bytes depend on the events alone.
    """
    loaded = list(events)
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    for property_name in ("NAME", "X-WR-CALNAME"):
        calendar.add(property_name, vText(_one_line(name)))
    calendar.add("SOURCE", _uri(source_url), parameters={"VALUE": "URI"})
    calendar.add("REFRESH-INTERVAL", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH_INTERVAL))
    for component in _zones(loaded):
        calendar.add_component(component)
    stamp = now or clock.now()
    for event in loaded:
        with translation.override(event.locale.language_code):
            calendar.add_component(_component(event, html_url=html_url_of(event), now=stamp))
    encoded: bytes = calendar.to_ical()
    return encoded


def _zones(events: list[EventPage]) -> list[Timezone]:
    timed = [event for event in events if not event.all_day and event.timezone != "UTC"]
    if not timed:
        return []
    first_year = min(event.starts_at.year for event in timed) - 1
    last_year = max(event.finishes_at.year for event in timed) + 1
    names = sorted({event.timezone for event in timed})
    return [time_zone_component(zone, first_year, last_year) for zone in names]


def _component(event: EventPage, *, html_url: str, now: datetime) -> Event:
    published_at = (event.last_published_at or now).astimezone(UTC)
    component = Event()
    component.add("UID", event_uid(event))
    component.add("SEQUENCE", event_sequence(event))
    component.add("DTSTAMP", published_at)
    component.add("LAST-MODIFIED", published_at)
    component.add("CREATED", (event.first_published_at or published_at).astimezone(UTC))
    _add_times(component, event)
    component.add("STATUS", _STATUS.get(EventStatus(event.event_status), "CONFIRMED"))
    component.add("SUMMARY", _one_line(event.title))
    component.add("DESCRIPTION", _description(event, html_url))
    component.add("URL", _uri(html_url))
    _add_place(component, event)
    if contact := _contact(event):
        component.add("CONTACT", contact)
    component.add("CATEGORIES", _categories(event))
    return component


def _add_times(component: Event, event: EventPage) -> None:
    start, end = event.local_starts_at, event.local_ends_at
    if event.all_day:
        component.add("DTSTART", start.date())
        if end:
            component.add("DTEND", end.date() + timedelta(days=1))
        return
    component.add("DTSTART", _unambiguous(start))
    if end and end.replace(microsecond=0) > start.replace(microsecond=0):
        component.add("DTEND", _unambiguous(end))


def _unambiguous(moment: datetime) -> datetime:
    """In UTC where the clocks show it a second time: a local time then means the first one."""
    return moment.astimezone(UTC) if moment.fold else moment


def _add_place(component: Event, event: EventPage) -> None:
    if location := _location(event):
        component.add("LOCATION", location)
    has_coordinates = event.venue_latitude is not None and event.venue_longitude is not None
    if has_coordinates and takes_place_at_venue(event):
        # The library's own type writes small numbers like 1e-05.
        component.add("GEO", vUnknown(f"{event.venue_latitude:f};{event.venue_longitude:f}"))
    if event.online_url:
        link = Conference(_uri(event.online_url), label=_("Join online"))
        component.add("CONFERENCE", link.to_uri())


def _location(event: EventPage) -> str:
    if not takes_place_at_venue(event):
        return event.online_url
    parts = (event.venue_name, event.venue_address, event.venue_city, event.venue_country)
    return ", ".join(_one_line(part) for part in parts if part)


def _description(event: EventPage, html_url: str) -> str:
    changed = event.event_status != EventStatus.SCHEDULED
    status = EventStatus(event.event_status).label if changed else ""
    return "\n\n".join(filter(None, [str(status), _text(event.summary), html_url]))


def _contact(event: EventPage) -> str:
    return ", ".join(
        _one_line(part) for part in (event.organizer_name, event.organizer_url) if part
    )


def _categories(event: EventPage) -> list[str]:
    tags = [_one_line(item.tag.name) for item in event.tagged_items.all()]
    return [event.get_event_type_display(), *tags]


def _text(value: str) -> str:
    """``value`` without control characters, which RFC 5545 does not allow in a text."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", value)).strip()


def _one_line(value: str) -> str:
    return _BLANKS.sub(" ", _text(value))


def _uri(url: str) -> vUri:
    """``url`` as RFC 3986 wants it: without blanks, quotes, line ends or letters beyond ASCII."""
    return vUri(iri_to_uri(url))
