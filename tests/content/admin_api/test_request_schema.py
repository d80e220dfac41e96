"""The OpenAPI document says of bodies what the API takes, down into blocks.

What was accepted is held against it in every test, by `ApiClient`.
"""

from typing import Any

import pytest

from tests.content.admin_api.steps import (
    EVENTS,
    STARTS,
    TESTIMONIALS,
    created,
    patch,
    pointers,
    post,
    whole_event,
)
from tests.contract.openapi import ApiClient, document, request_problems

pytestmark = pytest.mark.django_db

LEAST = {"title": "Talk", "starts_at": STARTS}


def block(kind: str, value: Any, **others: Any) -> dict[str, Any]:
    return {"body": [{"type": kind, "value": value, **others}]}


def test_whole_event_is_as_documented_also_when_it_is_sent_back(editor: ApiClient) -> None:
    body = whole_event()
    assert request_problems("POST", EVENTS, body) == []
    read = created(editor, **body)
    assert {each["type"] for each in read["body"]} == {each["type"] for each in body["body"]}
    assert request_problems("PATCH", f"{EVENTS}{read['id']}/", read) == []
    assert patch(editor, f"{EVENTS}{read['id']}/", read).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (block("heading", {"text": 5}), "/body/0/value/text"),
        (block("heading", {"text": "A", "level": "two"}), "/body/0/value/level"),
        (block("heading", {"text": "A", "size": 3}), "/body/0/value/size"),
        (block("heading", "A"), "/body/0/value"),
        (block("rich_text", {"html": "<p>A</p>"}), "/body/0/value"),
        (block("image", {"image": "1"}), "/body/0/value/image"),
        (block("gallery", {"images": 1}), "/body/0/value/images"),
        (block("gallery", {"images": [{"picture": 1}]}), "/body/0/value/images/0/picture"),
        (block("document", {"id": "1"}), "/body/0/value/id"),
        (block("call_to_action", {"page": 1}), "/body/0/value/page"),
        (block("quote", {"text": "A"}, number=1), "/body/0/number"),
        (block("table", {}), "/body/0/type"),
        ({"event_type": "party"}, "/event_type"),
        ({"is_free": False, "price": {"amount": 1, "currency": "gold"}}, "/price/currency"),
        ({"cover": "1"}, "/cover"),
        ({"meta": {"locale": "tlh"}}, "/meta/locale"),
    ],
)
def test_what_is_documented_as_wrong_is_refused(
    wrong: dict[str, Any], where: str, editor: ApiClient
) -> None:
    body = {**LEAST, **wrong}
    assert request_problems("POST", EVENTS, LEAST) == []
    assert request_problems("POST", EVENTS, body)
    assert pointers(post(editor, EVENTS, body)) == {where}


@pytest.mark.parametrize("missing", sorted(LEAST))
def test_creation_documents_what_it_needs(missing: str, editor: ApiClient) -> None:
    body = {name: value for name, value in LEAST.items() if name != missing}
    assert request_problems("POST", EVENTS, body)
    assert f"/{missing}" in pointers(post(editor, EVENTS, body))
    item = created(editor)
    assert request_problems("PATCH", f"{EVENTS}{item['id']}/", body) == []


def test_no_two_bodies_have_the_same_shape() -> None:
    sent = document()["components"]["schemas"]
    patched = {name: shape for name, shape in sent.items() if name.startswith("Patched")}
    assert set(patched) == {"PatchedEventInput"}
    assert patched["PatchedEventInput"] != sent["EventInput"]
    paths = document()["paths"]
    bodies = [
        paths[path][method]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        for path, method in ((TESTIMONIALS, "post"), (f"{TESTIMONIALS}{{id}}/", "patch"))
    ]
    assert bodies == ["#/components/schemas/TestimonialInput"] * 2
