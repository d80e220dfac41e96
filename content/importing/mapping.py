"""From named values, those of docs/import.md, to an event ready to be stored."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.choices import AttendanceMode, Currency, EventStatus, EventType
from content.importing.moments import instant
from content.importing.parts import sessions, speakers
from content.importing.rows import Entry, EventRow, RowRefusedError
from content.importing.texts import cut, one_line
from content.importing.values import Values
from content.models import EventPage
from content.zones import end_of_day, validate_zone

_LONGEST_TAG = 100
_LONGEST_UID = 255
PARTS = {
    "venue": {"name", "address", "city", "country", "latitude", "longitude"},
    "price": {"amount", "currency"},
    "organizer": {"name", "url"},
}
NAMES = {
    *PARTS, "uid", "id", "title", "summary", "body", "starts_at", "ends_at", "all_day", "timezone",
    "event_type", "event_status", "attendance_mode", "online_url", "registration_url", "capacity",
    "is_free", "featured", "tags", "speakers", "sessions",
}  # fmt: skip
_VENUE_TEXTS = ("venue_name", "venue_address", "venue_city", "venue_country")


def event_row(entry: Entry, *, zone: str, source: str) -> EventRow:
    """The event of ``entry``.

    Times without an offset are local times of its own zone, else of ``zone``. ``source`` tells the
    ids of different lists apart. Raises `RowRefusedError` with everything that is wrong at once.
    """
    if entry.refused:
        raise RowRefusedError(*entry.refused)
    values = Values(entry.fields, model=EventPage)
    fields = _words(values) | _times(values, zone) | _place(values) | _tickets(values)
    row_speakers = speakers(values)
    row_sessions = sessions(values, ZoneInfo(fields["timezone"]))
    tags, body = _tags(values), values.raw("body")
    if values.problems:
        raise RowRefusedError(*values.problems)
    return EventRow(
        uid=_uid(values, fields, source),
        fields=fields,
        tags=tags,
        speakers=row_speakers,
        sessions=row_sessions,
        body=body,
        notes=(*entry.notes, *values.notes),
    )


def _uid(values: Values, fields: dict[str, Any], source: str) -> str:
    """The file's own identity of the event, else one of its title, start and address."""
    if uid := values.raw("uid"):
        parts = [uid]
    elif number := values.raw("id"):
        parts = [source, number]
    else:
        address = fields["registration_url"] or fields["online_url"]
        parts = [fields["title"], fields["starts_at"].isoformat(), address]
    readable = ":".join(parts)
    if (uid or number) and len(readable) <= _LONGEST_UID:
        return readable
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _tags(values: Values) -> list[str]:
    tags = (cut(one_line(str(tag)), _LONGEST_TAG) for tag in values.items("tags"))
    return list({tag.casefold(): tag for tag in tags if tag}.values())


def _zone(values: Values, default: str) -> str:
    name = values.raw("timezone") or default
    try:
        validate_zone(name)
    except ValidationError as error:
        values.refuse("timezone", error.messages[0].rstrip("."))
        return "UTC"
    return name


def _times(values: Values, default_zone: str) -> dict[str, Any]:
    name = _zone(values, default_zone)
    zone = ZoneInfo(name)
    starts, ends = values.moment("starts_at"), values.moment("ends_at")
    if not values.has("starts_at"):
        values.problems.append(_("It does not say when it starts (starts_at)."))
    starts_at = instant(starts, zone) if starts else None
    ends_at = instant(ends, zone) if ends else None
    if ends_at and not isinstance(ends, datetime):
        ends_at = end_of_day(ends_at, zone)
    if starts_at and ends_at and ends_at < starts_at:
        values.refuse("ends_at", _("the event cannot end before it starts"))
    only_dates = starts is not None and not isinstance(starts, datetime)
    return {
        "timezone": name,
        "all_day": values.boolean("all_day", default=only_dates),
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


def _words(values: Values) -> dict[str, Any]:
    if not values.has("title"):
        values.problems.append(_("It has no title."))
    organizer = values.part("organizer", main="name")
    fields = {
        "title": values.text("title"),
        "summary": values.text("summary", multiline=True),
        "event_type": values.choice("event_type", EventType, default=EventType.OTHER),
        "event_status": values.choice("event_status", EventStatus, default=EventStatus.SCHEDULED),
        "featured": values.boolean("featured", default=False),
        "organizer_name": organizer.text("organizer_name"),
        "organizer_url": organizer.url("organizer_url"),
    }
    values.take_over(organizer)
    return fields


def _place(values: Values) -> dict[str, Any]:
    venue = values.part("venue", main="name")
    fields: dict[str, Any] = {name: venue.text(name) for name in _VENUE_TEXTS}
    has_venue = any(fields.values())
    for name in ("venue_latitude", "venue_longitude"):
        fields[name] = venue.number(name)
    values.take_over(venue)
    fields["online_url"] = values.url("online_url")
    implied = AttendanceMode.OFFLINE
    if fields["online_url"]:
        implied = AttendanceMode.MIXED if has_venue else AttendanceMode.ONLINE
    fields["attendance_mode"] = values.choice("attendance_mode", AttendanceMode, default=implied)
    return fields


def _tickets(values: Values) -> dict[str, Any]:
    price = values.part("price", main="amount")
    amount = price.number("price_amount")
    currency = price.choice("price_currency", Currency, default="")
    values.take_over(price)
    capacity = values.number("capacity")
    return {
        "registration_url": values.url("registration_url"),
        "capacity": None if capacity is None else int(capacity),
        "is_free": values.boolean("is_free", default=not amount),
        "price_amount": amount or None,
        "price_currency": currency if amount else "",
    }


def unused_names(entries: Iterable[Entry]) -> list[str]:
    """Names in the file that say nothing to the import: misspelt, or simply more than it takes."""
    names = {str(name) for entry in entries for name in entry.fields}
    return sorted(name for name in names if not _is_known(name))


def _is_known(name: str) -> bool:
    part, _separator, rest = name.partition("_")
    return name in NAMES or (part in PARTS and rest in PARTS[part])
