"""The number of queries depends on nothing that editors add."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.content.admin_api.steps import (
    EVENTS,
    TESTIMONIALS,
    created,
    patch,
    path_of,
    post,
    whole_event,
)
from tests.contract.openapi import ApiClient
from tests.factories import make_document, make_event, make_image, make_testimonial

pytestmark = pytest.mark.django_db


def number_of_queries(client: ApiClient, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    return len(queries)


def make_draft_over(event: Any, client: ApiClient) -> None:
    image = make_image().pk
    body = {
        "cover": image,
        "tags": ["python", f"topic {event.pk}"],
        "speakers": [{"name": "Ana", "photo": image}, {"name": "Luis"}],
    }
    assert patch(client, f"{EVENTS}{event.pk}/", body).status_code == 200


def test_lists_take_as_many_queries_for_any_size(moderator: ApiClient) -> None:
    counts = []
    for number in (1, 4):
        for _number in range(number):
            make_draft_over(make_event(), moderator)
            make_testimonial()
        path = f"{EVENTS}?limit=100&state=live_with_draft"
        counts.append(
            (number_of_queries(moderator, path), number_of_queries(moderator, TESTIMONIALS))
        )
    assert counts[0] == counts[1]
    assert counts[0] <= (19, 14), counts


def test_a_detail_takes_as_many_queries_for_any_content(moderator: ApiClient) -> None:
    small = created(moderator, title="Small")
    whole = whole_event()
    whole["speakers"] *= 5
    whole["sessions"] *= 5
    whole["body"] *= 3
    large = created(moderator, **whole)
    whole["body"] *= 2
    whole["meta"]["slug"] = "more"
    more = created(moderator, **{**whole, "tags": ["a", "b", "c", "d"]})

    counts = [number_of_queries(moderator, path_of(item)) for item in (large, more)]

    assert counts[0] == counts[1]
    assert number_of_queries(moderator, path_of(small)) <= counts[0] <= 20, counts


def test_writing_takes_as_many_queries_for_any_number_of_links(moderator: ApiClient) -> None:
    def queries(number: int) -> int:
        documents = [make_document().pk for _number in range(number)]
        links = "".join(f'<a href="/nothing/{place}/">a</a>' for place in range(number))
        body = [{"type": "rich_text", "value": f"<p>{links}</p>"}]
        body += [{"type": "document", "value": {"id": pk, "title": "A"}} for pk in documents]
        wrong = [{"type": "call_to_action", "value": {"url": "/nothing/"}}] * number
        with CaptureQueriesContext(connection) as captured:
            assert post(moderator, EVENTS, {"body": [*body, *wrong]}).status_code == 400
        return len(captured)

    queries(1)
    # Two for each document are those of the admin's form.
    assert queries(12) - queries(1) == 2 * 11
