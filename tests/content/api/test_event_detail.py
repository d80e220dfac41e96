"""One event as JSON: everything that the contract lists, and the same for search engines."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings, settings

from tests.content.api.seed import Seed
from tests.contract.openapi import ApiClient

pytestmark = pytest.mark.django_db


def local(moment: datetime, zone: str = "America/Costa_Rica") -> str:
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def test_event_detail_has_everything_the_contract_lists(
    seeded: Seed, api: ApiClient, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "https://cms.example.org"
    event, public = seeded.event, "https://cms.example.org/api/v2"
    document = api.get(f"/api/v2/events/{event.pk}/").json()
    picture = document.pop("cover")
    assert picture["id"] == seeded.picture.pk
    assert [block["type"] for block in document.pop("body")][:2] == ["heading", "rich_text"]
    assert document.pop("json_ld")["@type"] == "Event"
    meta = document.pop("meta")
    photos = [speaker.pop("photo") for speaker in document["speakers"]]
    assert photos[0]["id"] == seeded.picture.pk
    assert photos[1] is None
    assert document == {
        "id": event.pk,
        "title": "Django workshop",
        "summary": "Learn to build a site",
        "starts_at": local(event.starts_at),
        "ends_at": local(event.starts_at + timedelta(hours=3)),
        "all_day": False,
        "timezone": "America/Costa_Rica",
        "event_type": "workshop",
        "attendance_mode": "mixed",
        "event_status": "scheduled",
        "venue": {
            "name": "Room 4",
            "address": "Calle 2",
            "city": "San José",
            "country": "Costa Rica",
            "latitude": 9.93474,
            "longitude": -84.087502,
        },
        "online_url": "https://meet.example.org/a",
        "registration_url": "https://tickets.example.org/a",
        "capacity": 30,
        "is_free": False,
        "price": {"amount": "12.50", "currency": "EUR"},
        "organizer": {"name": "The lab", "url": "https://lab.example.org"},
        "featured": True,
        "tags": ["python", "web"],
        "speakers": [
            {
                "name": "Ana",
                "role": "Developer",
                "organisation": "Lab",
                "bio": None,
                "url": None,
            },
            {"name": "Luis", "role": None, "organisation": None, "bio": None, "url": None},
        ],
        "calendar_url": f"{public}/events/{event.pk}/calendar.ics",
        "sessions": [
            {
                "title": "Opening",
                "speakers": ["Ana", "Luis"],
                "starts_at": local(event.starts_at),
                "ends_at": local(event.starts_at + timedelta(minutes=30)),
                "abstract": None,
                "slides_url": "https://slides.example.org/1",
                "recording_url": None,
            }
        ],
    }
    assert_meta(meta, seeded)


def assert_meta(meta: dict[str, Any], seeded: Seed) -> None:
    frontend, public = settings.FRONTEND_URL, "https://cms.example.org/api/v2"
    parent = seeded.event.get_parent()
    assert meta.pop("social_image")["src"].startswith("https://cms.example.org/media/")
    for name in ("first_published_at", "last_published_at"):
        assert datetime.fromisoformat(meta.pop(name)).utcoffset() is not None
    assert meta == {
        "type": "content.EventPage",
        "detail_url": f"{public}/events/{seeded.event.pk}/",
        "html_url": f"{frontend}/events/django-workshop/",
        "path": "/events/django-workshop/",
        "slug": "django-workshop",
        "locale": "en",
        "translations": [
            {
                "locale": "es",
                "id": seeded.event_es.pk,
                "path": "/es/eventos/django-workshop/",
                "detail_url": f"{public}/events/{seeded.event_es.pk}/",
                "is_translated": False,
            }
        ],
        "is_translated": True,
        "parent": {
            "id": parent.pk,
            "title": "Events",
            "path": "/events/",
            "html_url": f"{frontend}/events/",
            "detail_url": f"{public}/pages/{parent.pk}/",
        },
        "seo_title": "Workshop on Django",
        "search_description": "A workshop",
    }


def test_short_paths_answer_the_same_as_v2(seeded: Seed, api: ApiClient) -> None:
    pairs = [
        ("/api/events", "/api/v2/events/"),
        (f"/api/events/{seeded.event.pk}", f"/api/v2/events/{seeded.event.pk}/"),
        ("/api/testimonials", "/api/v2/testimonials/"),
        (
            "/api/events?locale=*&limit=1&order=title",
            "/api/v2/events/?locale=*&limit=1&order=title",
        ),
    ]
    for short, long in pairs:
        assert api.get(short).content == api.get(long).content, short


def test_json_ld_speaks_schema_org(seeded: Seed, api: ApiClient) -> None:
    event = api.get(f"/api/v2/events/{seeded.event.pk}/").json()
    assert event["json_ld"] == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Django workshop",
        "description": "Learn to build a site",
        "url": event["meta"]["html_url"],
        "inLanguage": "en",
        "startDate": event["starts_at"],
        "endDate": event["ends_at"],
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": [
            {
                "@type": "Place",
                "name": "Room 4",
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": "Calle 2",
                    "addressLocality": "San José",
                    "addressCountry": "Costa Rica",
                },
                "geo": {"@type": "GeoCoordinates", "latitude": 9.93474, "longitude": -84.087502},
            },
            {"@type": "VirtualLocation", "url": "https://meet.example.org/a"},
        ],
        "image": [event["cover"]["src"]],
        "organizer": {
            "@type": "Organization",
            "name": "The lab",
            "url": "https://lab.example.org",
        },
        "performer": [
            {"@type": "Person", "name": "Ana", "jobTitle": "Developer"},
            {"@type": "Person", "name": "Luis"},
        ],
        "maximumAttendeeCapacity": 30,
        "isAccessibleForFree": False,
        "offers": {
            "@type": "Offer",
            "price": "12.50",
            "priceCurrency": "EUR",
            "url": "https://tickets.example.org/a",
        },
    }
