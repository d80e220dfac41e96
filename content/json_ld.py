"""Events in schema.org's vocabulary (https://schema.org/Event), for search engines."""

from typing import Any

from content.choices import AttendanceMode, EventStatus
from content.event_rules import takes_place_at_venue
from content.references import References


def event_json_ld(event: Any, references: References) -> dict[str, Any]:
    """The JSON-LD document of ``event``; what is not known is left out, as schema.org expects."""
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "url": references.site.html_url(event.url_path),
        "inLanguage": event.locale.language_code,
        "startDate": _moment(event.local_starts_at, all_day=event.all_day),
        "endDate": _moment(event.local_ends_at, all_day=event.all_day),
        "eventStatus": EventStatus(event.event_status).schema_org,
        "eventAttendanceMode": _attendance_mode(event).schema_org,
        "location": _location(event),
        "image": _image(event, references),
        "organizer": _organizer(event, references),
        "performer": [_person(speaker) for speaker in event.speakers.all()],
        "maximumAttendeeCapacity": event.capacity,
        "isAccessibleForFree": event.is_free,
        "offers": _offer(event),
    }
    return _known(document)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _attendance_mode(event: Any) -> AttendanceMode:
    if event.event_status == EventStatus.MOVED_ONLINE:
        return AttendanceMode.ONLINE
    return AttendanceMode(event.attendance_mode)


def _moment(moment: Any, *, all_day: bool) -> str | None:
    if moment is None:
        return None
    return str(moment.date().isoformat() if all_day else moment.isoformat(timespec="seconds"))


def _location(event: Any) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if event.has_venue and takes_place_at_venue(event):
        places.append(_place(event))
    if event.online_url and _attendance_mode(event) != AttendanceMode.OFFLINE:
        places.append({"@type": "VirtualLocation", "url": event.online_url})
    return places


def _place(event: Any) -> dict[str, Any]:
    address = _known(
        {
            "streetAddress": event.venue_address,
            "addressLocality": event.venue_city,
            "addressCountry": event.venue_country,
        }
    )
    names = (event.venue_name, event.venue_address, event.venue_city, event.venue_country)
    place = {
        "@type": "Place",
        "name": next(filter(None, names), None),
        "address": address and {"@type": "PostalAddress", **address},
    }
    if event.venue_latitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(event.venue_latitude),
            "longitude": float(event.venue_longitude),
        }
    return _known(place)


def _image(event: Any, references: References) -> list[str]:
    picture = references.picture(event.cover_id, "cover")
    return [picture["src"]] if picture else []


def _organizer(event: Any, references: References) -> dict[str, Any]:
    """Who is named, else whose site it is: editors leave the organizer empty for themselves."""
    name, url = event.organizer_name, event.organizer_url
    if not (name or url):
        name, url = references.site_name, f"{references.site.base_url}/"
    return _known({"@type": "Organization", "name": name, "url": url})


def _person(speaker: Any) -> dict[str, Any]:
    return _known(
        {
            "@type": "Person",
            "name": speaker.name,
            "jobTitle": speaker.role,
            "url": speaker.url,
        }
    )


def _offer(event: Any) -> dict[str, Any] | None:
    """The price; one of 0 has no currency, because nobody has to know in which nothing is paid."""
    if not event.is_free and event.price_amount is None:
        return None
    return _known(
        {
            "@type": "Offer",
            "price": "0" if event.is_free else str(event.price_amount),
            "priceCurrency": event.price_currency,
            "url": event.registration_url,
        }
    )
