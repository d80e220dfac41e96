"""Events in schema.org's vocabulary (https://schema.org/Event), for search engines."""

from typing import Any

from content.choices import AttendanceMode, EventStatus
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
        "eventAttendanceMode": AttendanceMode(event.attendance_mode).schema_org,
        "location": _location(event),
        "image": _image(event, references),
        "organizer": _organizer(event),
        "performer": [_person(speaker) for speaker in event.speakers.all()],
        "maximumAttendeeCapacity": event.capacity,
        "isAccessibleForFree": event.is_free,
        "offers": _offer(event),
    }
    return {key: value for key, value in document.items() if value not in (None, "", [])}


def _moment(moment: Any, *, all_day: bool) -> str | None:
    if moment is None:
        return None
    return str(moment.date().isoformat() if all_day else moment.isoformat(timespec="seconds"))


def _location(event: Any) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if event.has_venue and event.attendance_mode != AttendanceMode.ONLINE:
        address = {
            "@type": "PostalAddress",
            "streetAddress": event.venue_address,
            "addressLocality": event.venue_city,
            "addressCountry": event.venue_country,
        }
        place: dict[str, Any] = {
            "@type": "Place",
            "name": event.venue_name or event.venue_city,
            "address": {key: value for key, value in address.items() if value},
        }
        if event.venue_latitude is not None:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": float(event.venue_latitude),
                "longitude": float(event.venue_longitude),
            }
        places.append(place)
    if event.attendance_mode != AttendanceMode.OFFLINE and event.online_url:
        places.append({"@type": "VirtualLocation", "url": event.online_url})
    return places


def _image(event: Any, references: References) -> list[str]:
    picture = references.picture(event.cover_id, "cover")
    return [picture["src"]] if picture else []


def _organizer(event: Any) -> dict[str, Any] | None:
    if not event.organizer_name:
        return None
    organizer = {"@type": "Organization", "name": event.organizer_name}
    return {**organizer, "url": event.organizer_url} if event.organizer_url else organizer


def _person(speaker: Any) -> dict[str, Any]:
    person = {
        "@type": "Person",
        "name": speaker.name,
        "jobTitle": speaker.role,
        "url": speaker.url,
    }
    return {key: value for key, value in person.items() if value}


def _offer(event: Any) -> dict[str, Any] | None:
    if not event.is_free and event.price_amount is None:
        return None
    offer = {
        "@type": "Offer",
        "price": "0" if event.is_free else str(event.price_amount),
        "priceCurrency": event.price_currency or "USD",
    }
    return {**offer, "url": event.registration_url} if event.registration_url else offer
