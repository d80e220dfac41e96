"""Two editors never overwrite each other silently, and a repeat creates nothing twice."""

from typing import Any

import pytest
from wagtail.models import Page

from content.models import EventPage, Testimonial
from tests.content.admin_api.steps import (
    EVENTS,
    STARTS,
    TESTIMONIALS,
    created,
    patch,
    path_of,
    post,
)
from tests.contract.openapi import ApiClient
from tests.factories import event_index, make_image

pytestmark = pytest.mark.django_db


def test_a_write_for_another_state_changes_nothing(editor: ApiClient, moderator: ApiClient) -> None:
    item = created(editor)
    path = path_of(item)
    read = moderator.get(path)["ETag"]
    mine = editor.get(path)["ETag"]

    assert patch(editor, path, {"title": "Editor's"}, If_Match=mine).status_code == 200

    for response in (
        patch(moderator, path, {"title": "Moderator's"}, If_Match=read),
        patch(moderator, path, {}, If_Match=f"W/{read}"),
        post(moderator, f"{path}publish", If_Match=read),
        post(moderator, f"{path}schedule", {"go_live_at": "2029-01-01T10:00:00Z"}, If_Match=read),
        post(moderator, f"{path}submit", If_Match=read),
        post(moderator, f"{path}translate", {"locale": "es"}, If_Match=read),
        moderator.delete(path, headers={"If-Match": read}),
    ):
        assert response.status_code == 412
        assert response["Content-Type"] == "application/problem+json"
    stored = EventPage.objects.get(pk=item["id"])
    assert (stored.title, stored.live) == ("Editor's", False)
    now = moderator.get(path)["ETag"]
    # As nginx makes of it where it compresses.
    published = post(moderator, f"{path}publish", If_Match=f"W/{now}")
    assert published.status_code == 200
    assert published["ETag"] == moderator.get(path)["ETag"] != now


def test_what_belongs_to_others_is_no_change_of_the_item(moderator: ApiClient) -> None:
    image = make_image()
    item = created(moderator, cover=image.pk)
    path = path_of(item)
    read = moderator.get(path)["ETag"]
    index = event_index("en")
    type(image).objects.filter(pk=image.pk).update(description="Other words")
    Page.objects.filter(pk=index.pk).update(title="Meetings")
    Page.objects.filter(
        translation_key=EventPage.objects.get(pk=item["id"]).translation_key
    ).exclude(pk=item["id"]).update(slug="charla")
    now = moderator.get(path)
    assert now.json()["cover"]["alt"] == "Other words"
    assert now.json()["meta"]["parent"]["title"] == "Meetings"
    assert now["ETag"] == read
    assert patch(moderator, path, {"title": "Mine"}, If_Match=read).status_code == 200


@pytest.mark.parametrize("path", [EVENTS, TESTIMONIALS])
def test_each_change_of_the_state_gives_another_tag(path: str, moderator: ApiClient) -> None:
    item = created(moderator, path)
    here = f"{path}{item['id']}/"
    later = {"go_live_at": "2029-01-01T10:00:00Z"}
    model: Any = EventPage if path == EVENTS else Testimonial
    tags = [moderator.get(here)["ETag"]]
    for change in (
        lambda: patch(moderator, here, {"featured": True}),
        lambda: post(moderator, f"{here}submit"),
        lambda: post(moderator, f"{here}reject"),
        lambda: post(moderator, f"{here}schedule", later),
        lambda: post(moderator, f"{here}schedule", {"go_live_at": None}),
        lambda: post(moderator, f"{here}publish"),
        lambda: patch(moderator, here, {"featured": False}),
        lambda: model.objects.filter(pk=item["id"]).update(locked=True),
        lambda: model.objects.filter(pk=item["id"]).update(locked=False),
        lambda: post(moderator, f"{here}unpublish"),
    ):
        change()
        tags.append(moderator.get(here)["ETag"])
    # Unlocked, it is as it was before.
    assert tags[9] == tags[7]
    del tags[9]
    assert len(set(tags)) == len(tags)


def test_who_read_the_public_version_does_not_overwrite_a_draft(moderator: ApiClient) -> None:
    path = path_of(created(moderator, f"{EVENTS}?publish=true"))
    patch(moderator, path, {"title": "Draft"})
    live = moderator.get(f"{path}?version=live")["ETag"]
    assert patch(moderator, path, {"title": "Mine"}, If_Match=live).status_code == 412


@pytest.mark.parametrize("path", [EVENTS, TESTIMONIALS])
def test_a_repeat_with_the_same_key_creates_nothing(path: str, editor: ApiClient) -> None:
    body = {"title": "Talk", "starts_at": STARTS}
    if path == TESTIMONIALS:
        body = {"author_name": "Ana", "quote": "Good."}
    model = EventPage if path == EVENTS else Testimonial

    first = post(editor, path, body, Idempotency_Key="one")
    again = post(editor, path, body, Idempotency_Key="one")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert model.objects.filter(locale__language_code="en").count() == 1
    other = post(editor, path, {**body, "featured": True}, Idempotency_Key="one")
    assert other.status_code == 422
    assert post(editor, f"{path}?publish=true", body, Idempotency_Key="one").status_code == 422
    assert not model.objects.filter(live=True).exists()
