"""Testimonials are written in the shape in which they are read."""

import pytest
from django.test import Client

from content.models import Testimonial
from tests.content.admin_api.steps import TESTIMONIALS, created, patch, pointers, post
from tests.contract.openapi import ApiClient
from tests.factories import make_image, make_testimonial

pytestmark = pytest.mark.django_db


def test_testimonial_is_read_as_it_was_written(moderator: ApiClient) -> None:
    body = {
        "author_name": "Ana",
        "author_role": "Engineer",
        "author_organisation": "Lab",
        "author_photo": make_image().pk,
        "quote": "<b>Good</b> & more.",
        "rating": 5,
        "featured": True,
        "source_url": "https://example.org/a",
        "meta": {"locale": "es"},
    }

    item = created(moderator, f"{TESTIMONIALS}?publish=true", **body)

    path = f"{TESTIMONIALS}{item['id']}/"
    before = moderator.get(path)
    assert before.json() == item
    public = Client().get(f"/api/v2/testimonials/{item['id']}/").json()
    for name in set(body) - {"meta"}:
        assert item[name] == public[name], name
    assert item["quote"] == body["quote"]
    assert (item["meta"]["state"], item["meta"]["locale"]) == ("live", "es")
    again = patch(moderator, path, before.json(), If_Match=before["ETag"])
    assert again.json() == item
    assert Testimonial.objects.get().revisions.count() == 1
    draft = patch(moderator, path, {"rating": None, "author_photo": None}).json()
    assert (draft["rating"], draft["author_photo"]) == (None, None)
    assert draft["meta"]["state"] == "live_with_draft"
    assert Client().get(f"/api/v2/testimonials/{item['id']}/").json()["rating"] == 5
    assert moderator.get(f"{path}?version=live").json()["rating"] == 5
    assert patch(moderator, f"{path}?publish=true", {}).json()["meta"]["state"] == "live"
    assert Client().get(f"/api/v2/testimonials/{item['id']}/").json()["rating"] is None
    assert moderator.delete(path).status_code == 204
    assert not Testimonial.objects.exists()


@pytest.mark.parametrize(("kept", "other"), [("quote", "author_name"), ("author_name", "quote")])
def test_draft_has_words_or_a_name(kept: str, other: str, moderator: ApiClient) -> None:
    draft = post(moderator, TESTIMONIALS, {kept: "Ana"})
    assert draft.status_code == 201
    path = draft["Location"].removeprefix("http://testserver")
    assert pointers(patch(moderator, path, {kept: ""})) == {"/quote"}
    assert pointers(post(moderator, f"{path}publish")) == {f"/{other}"}
    assert patch(moderator, path, {kept: "", other: "Luis"}).status_code == 200


def test_errors_and_filters(moderator: ApiClient) -> None:
    wrong = {
        "quote": "x" * 601,
        "rating": 6,
        "source_url": "x",
        "sort_order": 1,
        "meta": {"locale": "fr", "slug": "a"},
    }
    assert pointers(post(moderator, f"{TESTIMONIALS}?publish=true", wrong)) == {
        "/quote",
        "/rating",
        "/source_url",
        "/sort_order",
        "/meta/locale",
        "/meta/slug",
        "/author_name",
    }
    assert pointers(post(moderator, TESTIMONIALS)) == {"/quote"}
    assert pointers(post(moderator, TESTIMONIALS, {"quote": " ", "rating": 5})) == {"/quote"}
    assert not Testimonial.objects.exists()
    make_testimonial(author_name="Live", rating=5)
    make_testimonial(author_name="Draft", rating=4, publish=False)
    for query, names in (
        ("state=live", ["Live"]),
        ("rating=4", ["Draft"]),
        ("search=dra&state=draft", ["Draft"]),
        ("", ["Live", "Draft"]),
    ):
        items = moderator.get(f"{TESTIMONIALS}?{query}").json()["items"]
        assert [item["author_name"] for item in items] == names, query
