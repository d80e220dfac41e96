"""The landing page: every section in one answer."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import EventPage, Testimonial
from content.publishing import ensure_translations
from home.models import HomePage
from integrations.github.models import Project
from tests.content.api.seed import Seed, republish
from tests.contract.openapi import ApiClient
from tests.factories import in_hours, make_event, make_testimonial

pytestmark = pytest.mark.django_db

EVERY_TYPE = [
    *("hero", "rich_text", "statistics", "events", "events", "testimonials", "testimonials"),
    *("projects", "contributions", "call_to_action", "contact_form", "newsletter_form"),
]


def sections_of(api: ApiClient, home: HomePage) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = api.get(f"/api/v2/pages/{home.pk}/").json()["sections"]
    return answer


def show(home: HomePage, *sections: tuple[str, dict[str, Any]]) -> None:
    stored = [{"type": kind, "id": str(n), "value": v} for n, (kind, v) in enumerate(sections)]
    republish(HomePage.objects.get(pk=home.pk), sections=json.dumps(stored))


def listing(mode: str, *chosen: Any, limit: int = 3) -> dict[str, Any]:
    selected = [one.pk for one in chosen]
    return {"heading": "H", "mode": mode, "limit": limit, "selected": selected}


def test_landing_page_answers_every_section_in_at_most_16_queries(
    seeded: Seed, api: ApiClient
) -> None:
    path = f"/api/v2/pages/{seeded.home.pk}/"
    api.get(path)
    with CaptureQueriesContext(connection) as queries:
        sections = api.get(path).json()["sections"]
    assert len(queries) <= 16, "\n".join(query["sql"][:200] for query in queries)
    assert [section["type"] for section in sections] == EVERY_TYPE
    values = [section["value"] for section in sections]
    event = api.get("/api/v2/events/?slug=django-workshop").json()["items"][0]
    testimonial = api.get("/api/v2/testimonials/").json()["items"][0]
    project = api.get("/api/projects").json()["items"][0]
    contribution = api.get("/api/contributions").json()["items"][0]
    assert values[0].pop("image")["id"] == seeded.picture.pk
    link = {"label": "Events", "url": "/events/django-workshop/"}
    assert values[0] == {"heading": "Hello", "text": None, "links": [link]}
    href = f'href="/events/django-workshop/" data-page-id="{seeded.event.pk}"'
    assert values[1] == f"<p><a {href}>event</a></p>"
    assert values[2] == {"heading": None, "items": [{"value": "250+", "label": "members"}]}
    for position, mode, items in (
        (3, "upcoming", [event]),
        (4, "selected", [event]),
        (5, "featured", [testimonial]),
        (6, "selected", [testimonial]),
        (7, "featured", [project]),
        (8, "latest", [contribution]),
    ):
        dated = {"fetched_at": None, "stale": False} if position in (7, 8) else {}
        expected = {"heading": "Latest", "mode": mode, **dated, "items": items}
        assert values[position] == expected, position
    assert values[9] == {"heading": "Join", "text": None, "label": "Go", "url": "/"}
    assert values[10] == {"heading": "Write to us", "text": None}
    assert values[11] == {"heading": "News", "text": "Monthly."}


def titles(section: dict[str, Any]) -> list[str]:
    return [item.get("title") or item["author_name"] for item in section["value"]["items"]]


def test_upcoming_events_are_the_next_ones_up_to_the_limit(seeded: Seed, api: ApiClient) -> None:
    EventPage.objects.all().unpublish()
    make_event(title="Over", starts_at=in_hours(-3), ends_at=in_hours(-2))
    make_event(title="Now", starts_at=in_hours(-1), ends_at=in_hours(1))
    far = make_event(title="Far", starts_at=in_hours(99))
    for number in range(4):
        make_event(title=f"Next {number}", starts_at=in_hours(10 + number))
    show(
        seeded.home,
        ("events", listing("upcoming", limit=2)),
        ("events", listing("upcoming", limit=4)),
        ("events", listing("selected", far)),
    )
    assert [titles(section) for section in sections_of(api, seeded.home)] == [
        ["Now", "Next 0"],
        ["Now", "Next 0", "Next 1", "Next 2"],
        ["Far"],
    ]


def test_chosen_events_come_in_the_order_and_language_of_the_page(
    seeded: Seed, api: ApiClient
) -> None:
    first, second, gone = (make_event(title=title) for title in ("One", "Two", "Gone"))
    (alias,) = ensure_translations(page=first)
    republish(EventPage.objects.get(pk=alias.pk), alias_of=None, title="Uno")
    ensure_translations(page=second)
    EventPage.objects.get(pk=gone.pk).unpublish()
    section = ("events", listing("selected", second, gone, first, limit=1))
    show(seeded.home, section)
    show(seeded.home_es, section)
    assert titles(sections_of(api, seeded.home)[0]) == ["Two", "One"]
    spanish = sections_of(api, seeded.home_es)[0]["value"]["items"]
    assert [(item["title"], item["meta"]["locale"]) for item in spanish] == [
        ("Two", "es"),
        ("Uno", "es"),
    ]
    EventPage.objects.get(pk=first.pk).delete()
    assert titles(sections_of(api, seeded.home)[0]) == ["Two"]


def test_testimonials_fall_back_to_their_own_language(seeded: Seed, api: ApiClient) -> None:
    Testimonial.objects.all().delete()
    translated = make_testimonial(author_name="Ana", featured=True, sort_order=2)
    english_only = make_testimonial(author_name="Bea", featured=True, sort_order=1)
    withdrawn = make_testimonial(author_name="Gone", featured=True)
    withdrawn.unpublish()
    make_testimonial(author_name="Carla")
    make_testimonial(
        language="es", author_name="Ana es", translation_key=translated.translation_key
    )
    shown = (
        ("testimonials", listing("featured")),
        ("testimonials", listing("selected", translated, withdrawn, english_only)),
    )
    for home in (seeded.home, seeded.home_es):
        show(home, *shown)
    assert [titles(one) for one in sections_of(api, seeded.home)] == [
        ["Bea", "Ana"],
        ["Ana", "Bea"],
    ]
    assert [titles(one) for one in sections_of(api, seeded.home_es)] == [[], ["Ana es", "Bea"]]


def test_sections_that_nothing_fills_are_empty(seeded: Seed, api: ApiClient) -> None:
    Project.objects.all().delete()
    show(seeded.home, ("projects", listing("featured")), ("unknown_section", {"heading": "x"}))
    sections = sections_of(api, seeded.home)
    assert [section["type"] for section in sections] == ["projects"]
    value = {"heading": "H", "mode": "featured", "fetched_at": None, "stale": False, "items": []}
    assert sections[0]["value"] == value


def test_landing_page_is_kept_no_longer_than_its_next_event_lasts(
    seeded: Seed, api: ApiClient
) -> None:
    path = f"/api/v2/pages/{seeded.home.pk}/"
    assert "max-age=10, stale-while-revalidate=30" in api.get(path).headers["Cache-Control"]
    event = make_event(title="Ending", starts_at=in_hours(-1), ends_at=in_hours(1))
    end = timezone.now() + timedelta(seconds=9)
    EventPage.objects.filter(pk=event.pk).update(ends_at=end, finishes_at=end)
    assert "stale-while-revalidate=0" in api.get(path).headers["Cache-Control"]
