"""What the tests of the admin API send, and how."""

from typing import Any

from tests.contract.openapi import ApiClient
from tests.factories import make_document, make_image

EVENTS = "/api/admin/events/"
TESTIMONIALS = "/api/admin/testimonials/"
STARTS = "2030-05-04T18:00:00+02:00"


def post(client: ApiClient, path: str, body: Any = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        path, {} if body is None else body, content_type="application/json", headers=named
    )


def patch(client: ApiClient, path: str, body: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.patch(path, body, content_type="application/json", headers=named)


def path_of(item: Any) -> str:
    return f"{EVENTS}{item['id']}/"


def created(client: ApiClient, path: str = EVENTS, **values: Any) -> Any:
    """The event or testimonial that was made of ``values``, as it was answered."""
    least = (
        {"title": "Talk", "starts_at": STARTS}
        if path.startswith(EVENTS)
        else {"author_name": "Ana", "quote": "Good."}
    )
    response = post(client, path, {**least, **values})
    assert response.status_code == 201, response.content
    return response.json()


def pointers(response: Any) -> set[str]:
    """Where the errors of a refused body are."""
    assert response.status_code == 400, (response.status_code, response.content)
    assert response["Content-Type"] == "application/problem+json"
    return {error["pointer"] for error in response.json()["errors"]}


def whole_event() -> dict[str, Any]:
    """Something in every field, and a block of every type."""
    image, document = make_image().pk, make_document().pk
    return {
        "title": "Café talk",
        "summary": "What we learnt.",
        "starts_at": "2030-05-04T18:00:00",
        "ends_at": "2030-05-04T21:00:00+02:00",
        "timezone": "Europe/Madrid",
        "event_type": "workshop",
        "attendance_mode": "mixed",
        "event_status": "postponed",
        "venue": {
            "name": "Lab",
            "address": "Street 1",
            "city": "Madrid",
            "country": "Spain",
            "latitude": 40.4168,
            "longitude": -3.7038,
        },
        "online_url": "https://meet.example.org/a",
        "registration_url": "https://tickets.example.org/a",
        "capacity": 40,
        "is_free": False,
        "price": {"amount": "10.50", "currency": "EUR"},
        "organizer": {"name": "Ana", "url": "https://ana.example.org"},
        "featured": True,
        "tags": ["python", "web, mobile"],
        "cover": image,
        "speakers": [
            {
                "name": "Ana",
                "role": "Engineer",
                "organisation": "Lab",
                "bio": "Builds.",
                "url": "https://ana.example.org",
                "photo": {"id": image},
            },
            {"name": "Luis"},
        ],
        "sessions": [
            {
                "title": "Opening",
                "speakers": ["Ana", "Luis"],
                "starts_at": "2030-05-04T18:10:00",
                "ends_at": "2030-05-04T19:00:00+02:00",
                "abstract": "Why.",
                "slides_url": "https://slides.example.org/a",
                "recording_url": "https://video.example.org/a",
            }
        ],
        "body": [
            {"type": "heading", "value": {"text": "Hello", "level": 3}},
            {"type": "rich_text", "value": '<p>See <a href="/events/">all</a>.</p>'},
            {"type": "image", "value": {"image": image, "caption": "We"}},
            {
                "type": "gallery",
                "value": {
                    "heading": "Pictures",
                    "images": [
                        {"image": image, "caption": "One"},
                        {"image": {"id": image}, "caption": None},
                    ],
                },
            },
            {"type": "quote", "value": {"text": "Yes.", "attribution": "Luis"}},
            {"type": "code", "value": {"language": "python", "code": "print(1)"}},
            {
                "type": "embed",
                "value": {
                    "url": "https://www.youtube.com/watch?v=abc",
                    "title": "Recording",
                    "thumbnail": image,
                },
            },
            {"type": "document", "value": {"id": document, "title": "Slides"}},
            {
                "type": "call_to_action",
                "value": {
                    "heading": "Come",
                    "text": "Soon",
                    "label": "All events",
                    "url": "/events/",
                },
            },
        ],
        "meta": {
            "slug": "cafe-talk",
            "seo_title": "Café",
            "search_description": "Talk at the lab",
            "go_live_at": None,
        },
    }
