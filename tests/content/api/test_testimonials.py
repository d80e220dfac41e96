"""Testimonials: shape, order, filters, search and languages."""

from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from content.models import Testimonial
from tests.contract.openapi import ApiClient
from tests.factories import in_hours, make_image, make_testimonial

pytestmark = pytest.mark.django_db


def names(api: ApiClient, query: str = "") -> list[str]:
    response = api.get(f"/api/v2/testimonials/?{query}")
    assert response.status_code == 200, (query, response.content)
    document: dict[str, Any] = response.json()
    return [item["author_name"] for item in document["items"]]


def test_testimonial_has_everything_the_contract_lists(site: object, api: ApiClient) -> None:
    quote = "<script>alert(1)</script> & “good”\nTwo lines"
    testimonial = make_testimonial(
        author_name="Ana",
        author_role="Developer",
        author_organisation="Lab",
        author_photo=make_image(),
        quote=quote,
        rating=4,
        featured=True,
        source_url="https://example.org/review",
    )
    document = api.get(f"/api/v2/testimonials/{testimonial.pk}/").json()
    assert document.pop("author_photo")["alt"]
    meta = document.pop("meta")
    assert meta.pop("first_published_at")
    assert meta.pop("last_published_at")
    assert meta == {
        "type": "content.Testimonial",
        "detail_url": f"{settings.PUBLIC_URL}/api/v2/testimonials/{testimonial.pk}/",
        "locale": "en",
    }
    assert document == {
        "id": testimonial.pk,
        "author_name": "Ana",
        "author_role": "Developer",
        "author_organisation": "Lab",
        "quote": quote,
        "rating": 4,
        "featured": True,
        "source_url": "https://example.org/review",
    }
    bare = make_testimonial()
    document = api.get(f"/api/v2/testimonials/{bare.pk}/").json()
    assert {name for name, value in document.items() if value is None} == {
        *("author_role", "author_organisation", "author_photo", "rating", "source_url")
    }


def test_filters_search_and_orders(site: object, api: ApiClient) -> None:
    for name, values in {
        "Ana Núñez": {"rating": 5, "featured": True, "author_organisation": "Lab"},
        "Bea": {"rating": 4, "quote": "Programación for everybody"},
        "Carla": {"featured": True},
        "Dana": {"language": "es"},
    }.items():
        order = {"Ana Núñez": 30, "Bea": 10, "Carla": 20, "Dana": 1}[name]
        make_testimonial(author_name=name, sort_order=order, **values)
    Testimonial.objects.filter(author_name="Bea").update(first_published_at=in_hours(-48))
    Testimonial.objects.filter(author_name="Carla").update(first_published_at=None)
    for query, expected in {
        "": ["Bea", "Carla", "Ana Núñez"],
        "locale=en": ["Bea", "Carla", "Ana Núñez"],
        "locale=es": ["Dana"],
        "locale=*": ["Dana", "Bea", "Carla", "Ana Núñez"],
        "order=sort_order&limit=1&offset=1": ["Carla"],
        "order=-first_published_at": ["Ana Núñez", "Bea", "Carla"],
        "featured=true": ["Carla", "Ana Núñez"],
        "featured=false": ["Bea"],
        "rating=5": ["Ana Núñez"],
        "rating=1": [],
        "search=nunez": ["Ana Núñez"],
        "search=programacion": ["Bea"],
        "search=lab": ["Ana Núñez"],
        "search=nunez+bea": [],
        "search=nunez+bea&search_operator=or": ["Bea", "Ana Núñez"],
        "search=nunez+bea&search_operator=or&featured=true": ["Ana Núñez"],
    }.items():
        assert names(api, query) == expected, query


def test_draft_expired_and_withdrawn_testimonials_are_not_there(
    site: object, api: ApiClient
) -> None:
    draft = make_testimonial(publish=False)
    withdrawn = make_testimonial()
    withdrawn.unpublish()
    expired = make_testimonial(quick=True, expire_at=timezone.now())
    assert names(api, "locale=*") == []
    for one in (draft, withdrawn, expired):
        assert api.get(f"/api/v2/testimonials/{one.pk}/").status_code == 404
