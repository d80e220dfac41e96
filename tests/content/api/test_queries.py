"""The number of SQL queries depends on nothing that editors add."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.models import HomePage
from tests.content.api.seed import Seed
from tests.contract.openapi import ApiClient
from tests.factories import (
    make_document,
    make_event,
    make_image,
    make_standard_page,
    make_testimonial,
)

pytestmark = pytest.mark.django_db
SIZES = (1, 20, 100)


def count_queries(api: ApiClient, path: str) -> tuple[int, Any]:
    api.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = api.get(path)
    assert response.status_code == 200
    return len(queries), response.json()


def full_event(number: int, image: Any) -> None:
    make_event(
        quick=True,
        title=f"Event {number}",
        cover=image,
        tags=["python", f"topic {number % 7}"],
        speakers=[{"name": f"Ana {number}", "photo": image}, {"name": f"Luis {number}"}],
    )


def grow(make: Callable[[int], None], present: int, size: int) -> None:
    for number in range(present, size):
        make(number)


def test_event_list_takes_at_most_nine_queries_for_any_size(site: object, api: ApiClient) -> None:
    images = [make_image() for _ in range(3)]
    counts = []
    for present, size in zip((0, *SIZES), SIZES, strict=False):
        grow(lambda number: full_event(number, images[number % 3]), present, size)
        count, document = count_queries(api, "/api/v2/events/?limit=100")
        assert len(document["items"]) == size
        assert document["items"][-1]["cover"]["sources"]
        assert len(document["items"][-1]["speakers"]) == 2
        counts.append(count)
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 9, counts


def test_event_list_with_bodies_takes_as_many_queries_for_any_size(
    site: object, home: HomePage, api: ApiClient
) -> None:
    counts = []
    for present, size in zip((0, 1, 20), (1, 20), strict=False):
        for number in range(present, size):
            make_event(quick=True, title=f"Event {number}", body=rich_body(home))
        count, document = count_queries(api, "/api/v2/events/?limit=100&fields=*")
        assert len(document["items"]) == size
        counts.append(count)
    assert len(set(counts)) == 1, counts


def test_testimonial_list_takes_at_most_six_queries_for_any_size(
    site: object, api: ApiClient
) -> None:
    image = make_image()
    counts = []
    for present, size in zip((0, *SIZES), SIZES, strict=False):
        grow(
            lambda _number: make_testimonial(quick=True, author_photo=image) and None, present, size
        )
        count, document = count_queries(api, "/api/v2/testimonials/?limit=100")
        assert len(document["items"]) == size
        counts.append(count)
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 6, counts


def test_page_list_of_all_types_takes_as_many_queries_for_any_size(
    site: object, home: HomePage, api: ApiClient
) -> None:
    image = make_image()
    counts = []
    for present, size in zip((0, 1, 20), (1, 20), strict=False):
        for number in range(present, size):
            full_event(number, image)
            make_standard_page(home, cover=image)
        count, document = count_queries(api, "/api/v2/pages/?limit=100")
        assert document["meta"]["total_count"] >= 2 * size
        counts.append(count)
    assert len(set(counts)) == 1, counts


def test_list_of_landing_pages_takes_as_many_queries_for_one_as_for_two(
    seeded: Seed, api: ApiClient
) -> None:
    path = "/api/v2/pages/?type=home.HomePage&fields=*"
    one, document = count_queries(api, f"{path}&locale=en")
    assert document["meta"]["total_count"] == 1
    two, document = count_queries(api, path)
    assert document["meta"]["total_count"] == 2
    assert one == two


def rich_body(home: HomePage) -> list[tuple[str, Any]]:
    return [
        ("heading", {"text": "What to expect", "level": "2"}),
        ("rich_text", f'<p><a linktype="page" id="{home.pk}">Home</a></p>'),
        ("image", {"image": make_image(), "caption": ""}),
        ("gallery", {"heading": "", "images": [{"image": make_image()} for _ in range(3)]}),
        ("document", {"document": make_document(), "title": ""}),
        ("call_to_action", {"heading": "Join", "label": "Go", "page": home, "url": ""}),
    ]


def test_event_detail_takes_at_most_ten_queries(
    site: object, home: HomePage, api: ApiClient
) -> None:
    event = make_event(
        cover=make_image(),
        social_image=make_image(),
        tags=["python"],
        speakers=[{"name": "Ana", "photo": make_image()}],
        body=rich_body(home),
    )
    count, document = count_queries(api, f"/api/v2/events/{event.pk}/")
    assert len(document["body"]) == 6
    assert document["meta"]["parent"]
    assert count <= 10, count
