"""Rules that concern several values of an event, and the messages when they are broken."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from content.choices import AttendanceMode, EventStatus
from content.zones import UNLIKELY_YEAR, is_likely, zone_names


def takes_place_at_venue(event: Any) -> bool:
    """Whether visitors can come to a place: not of an online event, nor of one moved online."""
    return (
        event.event_status != EventStatus.MOVED_ONLINE
        and event.attendance_mode != AttendanceMode.ONLINE
    )


def broken_rules(event: Any) -> dict[str, Any]:
    """Messages by field; empty if the values of ``event`` fit together."""
    return {**_time_errors(event), **_place_errors(event), **_price_errors(event)}


def _time_errors(event: Any) -> dict[str, Any]:
    if event.timezone not in zone_names():
        return {}
    unlikely = {
        name: UNLIKELY_YEAR
        for name in ("starts_at", "ends_at")
        if (moment := getattr(event, name)) and not is_likely(moment, event.timezone)
    }
    if unlikely:
        return unlikely
    if event.starts_at and event.ends_at and event.ends_at < event.starts_at:
        return {"ends_at": _("The event cannot end before it starts.")}
    return {}


def _place_errors(event: Any) -> dict[str, Any]:
    if (event.venue_latitude is None) != (event.venue_longitude is None):
        missing = "venue_latitude" if event.venue_latitude is None else "venue_longitude"
        return {missing: _("Give both latitude and longitude, or neither.")}
    return {}


def _price_errors(event: Any) -> dict[str, Any]:
    if event.is_free and event.price_amount is not None:
        return {"price_amount": _("A free event has no price. Untick “free of charge” first.")}
    if event.price_amount is None and event.price_currency:
        return {"price_amount": _("Type the price, or leave the currency empty.")}
    if event.price_amount is not None and not event.price_currency:
        return {"price_currency": _("Choose the currency of the price.")}
    return {}
