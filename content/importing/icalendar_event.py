"""One VEVENT under our own field names.

What has no field of ours is left out: alarms, attendees, attachments. A TENTATIVE event is taken as
planned, because only its organizer knows what is uncertain about it.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from icalendar import Component
from icalendar.prop import vBroken

from content.choices import EventStatus
from content.importing.rows import RowRefusedError
from content.importing.texts import one_line
from content.zones import validate_zone

_WEB = ("http://", "https://")
_CONFERENCE_NAMES = ("CONFERENCE", "X-GOOGLE-CONFERENCE")


def event_fields(
    component: Component, *, default_zone: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values of ``component`` and what was lost of it.

    ``default_zone`` is the calendar's, for times in UTC or without a zone. Raises
    `RowRefusedError`.
    """
    _refuse_what_is_no_public_event(component)
    notes: list[str] = []
    if _first(component, "RRULE") is not None or _first(component, "RDATE") is not None:
        notes.append(_("It repeats: only its first date is imported."))
    location = _text(component, "LOCATION")
    online_url = next(filter(None, (_web(component, name) for name in _CONFERENCE_NAMES)), "")
    if location.startswith(_WEB) and " " not in location:
        online_url, location = online_url or location, ""
    fields = {
        "uid": _text(component, "UID"),
        "title": _text(component, "SUMMARY"),
        "body": _text(component, "DESCRIPTION"),
        "venue_name": location,
        "online_url": online_url,
        "registration_url": _web(component, "URL"),
        "organizer_name": _organizer(component),
        "tags": _categories(component),
        **_times(component, default_zone),
        **_coordinates(component),
    }
    if _text(component, "STATUS").upper() == "CANCELLED":
        fields["event_status"] = EventStatus.CANCELLED
    return fields, tuple(notes)


def _refuse_what_is_no_public_event(component: Component) -> None:
    if _text(component, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"):
        raise RowRefusedError(_("It is marked as private."))
    if component.get("RECURRENCE-ID") is not None:
        raise RowRefusedError(_("It changes one date of a repeating event."))


def _refusal(name: str, reason: str) -> RowRefusedError:
    return RowRefusedError(f"{name}: {reason}.")


def _first(component: Component, name: str) -> Any:
    """The value of a property, the first one if it is repeated, ``None`` if it is broken."""
    value = component.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return None if isinstance(value, vBroken) else value


def _text(component: Component, name: str) -> str:
    value = _first(component, name)
    return str(value).strip() if isinstance(value, str) else ""


def _web(component: Component, name: str) -> str:
    address = _text(component, name)
    return address if address.startswith(_WEB) else ""


def _organizer(component: Component) -> str:
    """The organizer's name. A mail address is never taken over: it would become public."""
    organizer = _first(component, "ORGANIZER")
    name = one_line(str(organizer.params.get("CN", ""))) if organizer is not None else ""
    return "" if "@" in name else name


def _categories(component: Component) -> list[str]:
    value = component.get("CATEGORIES")
    many = value if isinstance(value, list) else [value]
    return [str(tag) for categories in many for tag in getattr(categories, "cats", [])]


def _coordinates(component: Component) -> dict[str, str]:
    geo = _first(component, "GEO")
    if geo is None:
        return {}
    return {"venue_latitude": f"{geo.latitude:f}", "venue_longitude": f"{geo.longitude:f}"}


def _times(component: Component, default_zone: str) -> dict[str, Any]:
    start = _moment(component, "DTSTART")
    if start is None:
        missing = "DTSTART" not in component
        raise _refusal("DTSTART", _("it is missing") if missing else _("it is not a date"))
    zone = _zone_name(start, default_zone)
    fields = {"starts_at": start, "timezone": zone, "all_day": not isinstance(start, datetime)}
    end = _end(component, start)
    if end is not None:
        fields["ends_at"] = end
    return fields


def _moment(component: Component, name: str) -> date | datetime | None:
    value = _first(component, name)
    moment = getattr(value, "dt", None)
    if not isinstance(moment, date):
        return None
    if not isinstance(moment, datetime) or value.params.get("VALUE") == "DATE":
        return date(moment.year, moment.month, moment.day)
    zone = value.params.get("TZID")
    if zone and moment.tzinfo is None:
        unknown = _("the time zone “%(zone)s” is not known") % {"zone": one_line(str(zone))}
        raise _refusal(name, unknown)
    if moment.tzinfo is None or isinstance(moment.tzinfo, ZoneInfo):
        return moment
    try:
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refusal(name, _("its time zone cannot be read")) from error


def _end(component: Component, start: date | datetime) -> date | datetime | None:
    """The end as we store it: of a timed event its instant, of an all-day event its last day."""
    end = _moment(component, "DTEND")
    duration = getattr(_first(component, "DURATION"), "dt", None)
    try:
        if end is None and isinstance(duration, timedelta):
            end = start + duration
        if end is None or end == start:
            return None
        if isinstance(start, datetime):
            return end if isinstance(end, datetime) else None
        last_day = date(end.year, end.month, end.day)
        return last_day if isinstance(end, datetime) else last_day - timedelta(days=1)
    except OverflowError as error:
        raise _refusal("DTEND", _("it cannot be right")) from error


def _zone_name(start: date | datetime, default_zone: str) -> str:
    """The IANA zone of ``start``; where it has none, or one of the file's own, the calendar's."""
    zone = start.tzinfo if isinstance(start, datetime) else None
    names = (zone.key if isinstance(zone, ZoneInfo) and zone.key != "UTC" else "", default_zone)
    return next(filter(_is_zone, names), "")


def _is_zone(name: str) -> bool:
    try:
        validate_zone(name)
    except ValidationError:
        return False
    return True
