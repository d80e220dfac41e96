"""Events are written in the shape in which they are read."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from wagtail.models import Page, PageLogEntry

from cms.content_version.version import current_version
from content.models import EventIndexPage, EventPage
from integrations.webhooks.models import Endpoint, Message
from tests.content.admin_api.steps import (
    EVENTS,
    created,
    patch,
    path_of,
    pointers,
    post,
    whole_event,
)
from tests.contract.openapi import ApiClient
from tests.factories import event_index, make_document, make_event, make_image

pytestmark = pytest.mark.django_db


def number_of_revisions(item: Any) -> int:
    return EventPage.objects.get(pk=item["id"]).revisions.count()


def test_event_with_every_field_is_read_as_it_was_written(moderator: ApiClient) -> None:
    body = whole_event()

    response = post(moderator, f"{EVENTS}?publish=true", body)

    assert response.status_code == 201, response.content
    item = response.json()
    assert response["Location"] == f"http://localhost:8000{path_of(item)}"
    assert moderator.get(path_of(item)).json() == item
    public = Client().get(f"/api/v2/events/{item['id']}/").json()
    for name in set(body) - {"meta"}:
        assert item[name] == public[name], name
    assert item["starts_at"] == "2030-05-04T18:00:00+02:00"
    assert item["sessions"][0]["starts_at"] == "2030-05-04T18:10:00+02:00"
    assert item["sessions"][0]["speakers"] == ["Ana", "Luis"]
    assert item["venue"]["latitude"] == 40.4168
    assert item["price"] == body["price"]
    assert item["tags"] == body["tags"]
    assert [block["type"] for block in item["body"]] == [block["type"] for block in body["body"]]
    index = event_index()
    rich_text = item["body"][1]["value"]
    assert f'<a href="/events/" data-page-id="{index.pk}">all</a>' in rich_text
    assert item["body"][8]["value"]["url"] == "/events/"
    meta = item["meta"]
    assert (meta["state"], meta["locked"], meta["workflow"]) == ("live", False, None)
    assert (meta["slug"], meta["seo_title"]) == ("cafe-talk", "Café")
    assert meta["translations"][0]["is_translated"] is False


def test_what_was_read_can_be_sent_back_and_changes_nothing(moderator: ApiClient) -> None:
    item = post(moderator, f"{EVENTS}?publish=true", whole_event()).json()
    before = moderator.get(path_of(item))

    response = patch(moderator, path_of(item), before.json(), If_Match=before["ETag"])

    assert response.status_code == 200
    assert response.json() == before.json()
    assert response["ETag"] == before["ETag"]
    assert number_of_revisions(item) == 1


def test_a_change_leaves_everything_else_as_it_is_stored(moderator: ApiClient) -> None:
    item = post(moderator, f"{EVENTS}?publish=true", whole_event()).json()
    stored = EventPage.objects.get(pk=item["id"])
    raw = list(stored.body.raw_data)
    speakers = list(stored.speakers.values_list("pk", flat=True))
    changed = {**item, "title": "Other"}
    changed["body"] = [*item["body"]]
    changed["body"][0] = {**item["body"][0], "value": {"text": "Goodbye", "level": 2}}
    changed["speakers"] = [item["speakers"][1], {**item["speakers"][0], "role": "Author"}]

    response = patch(moderator, f"{path_of(item)}?publish=true", changed)

    assert response.status_code == 200, response.content
    stored = EventPage.objects.get(pk=item["id"])
    assert stored.title == "Other"
    assert stored.body.raw_data[0]["value"] == {"text": "Goodbye", "level": "2"}
    # The blocks that stay keep their ids, down to those of a gallery's pictures.
    assert list(stored.body.raw_data)[1:] == raw[1:]
    assert stored.body.raw_data[0]["id"] == raw[0]["id"]
    rows = list(stored.speakers.values_list("pk", "name", "role"))
    assert rows == [(speakers[1], "Luis", ""), (speakers[0], "Ana", "Author")]
    assert response.json()["sessions"] == item["sessions"]


def test_drafts_are_read_and_not_shown(moderator: ApiClient) -> None:
    item = created(moderator)
    published = created(moderator, f"{EVENTS}?publish=true", title="Published")
    draft = patch(
        moderator,
        path_of(published),
        {
            "title": "Changed",
            "tags": ["new"],
            "speakers": [{"name": "Eva"}],
            "venue": {"name": "Hall"},
        },
    ).json()

    assert item["meta"]["state"] == "draft"
    assert draft["meta"]["state"] == "live_with_draft"
    again = patch(moderator, path_of(published), {"summary": "More"}).json()
    assert (again["title"], again["tags"], again["speakers"][0]["name"]) == (
        "Changed",
        ["new"],
        "Eva",
    )
    live = moderator.get(f"{path_of(published)}?version=live").json()
    assert (live["title"], live["tags"], live["speakers"]) == ("Published", [], [])
    assert moderator.get(f"{path_of(item)}?version=live").status_code == 404
    listed = moderator.get(f"{EVENTS}?order=title").json()
    assert {each["title"] for each in listed["items"]} == {"Changed", "Talk"}
    public = Client().get("/api/v2/events/").json()
    assert [each["title"] for each in public["items"]] == ["Published"]


def test_publishing_is_the_admins(moderator: ApiClient) -> None:
    Endpoint.objects.create(url="https://example.org/hook", event_types=["page.published"])
    item = created(moderator)
    version = current_version()

    response = post(moderator, f"{path_of(item)}publish")

    assert response.json()["meta"]["state"] == "live"
    assert Client().get(f"/api/v2/events/{item['id']}/").status_code == 200
    assert Client().get("/api/v2/events/?locale=es").json()["meta"]["total_count"] == 1
    assert current_version() != version
    assert Message.objects.filter(type="page.published", object_id=item["id"]).exists()
    log = PageLogEntry.objects.filter(page=item["id"]).order_by("timestamp", "pk")
    actions = list(log.values_list("action", flat=True))
    assert actions == ["wagtail.create", "wagtail.edit", "wagtail.publish"]
    assert set(log.values_list("user__username", flat=True)) == {log[0].user.username}


def test_nested_objects_are_replaced_whole(moderator: ApiClient) -> None:
    item = post(moderator, EVENTS, whole_event()).json()

    changed = patch(
        moderator,
        path_of(item),
        {"venue": {"name": "Hall"}, "price": None, "is_free": True, "organizer": None},
    ).json()

    assert changed["venue"] == {
        "name": "Hall",
        "address": None,
        "city": None,
        "country": None,
        "latitude": None,
        "longitude": None,
    }
    assert (changed["price"], changed["organizer"]) == (None, None)


def test_place_of_a_new_event(moderator: ApiClient) -> None:
    spanish = created(moderator, meta={"locale": "es"})
    below = created(moderator, meta={"parent": {"id": event_index("es").pk}})

    assert spanish["meta"]["locale"] == below["meta"]["locale"] == "es"
    assert spanish["meta"]["slug"] == "talk"
    assert below["meta"]["slug"] == "talk-1"
    wrong = {"title": "Talk", "starts_at": "2030-01-01T10:00:00"}
    meta = {"parent": event_index("es").pk, "locale": "en"}
    assert pointers(post(moderator, EVENTS, {**wrong, "meta": meta})) == {"/meta/locale"}
    meta = {"parent": Page.objects.get(depth=1).pk}
    assert pointers(post(moderator, EVENTS, {**wrong, "meta": meta})) == {"/meta/parent"}
    moved = {"meta": {"locale": "en", "parent": event_index("en").pk}}
    assert pointers(patch(moderator, path_of(spanish), moved)) == {"/meta/locale", "/meta/parent"}


def test_without_an_event_list_no_event_is_made(moderator: ApiClient) -> None:
    body = {"title": "Talk", "starts_at": "2030-01-01T10:00:00"}
    english = event_index("en")
    # Not deleted, because that of the other language would then be repeated there.
    lists = Page.objects.filter(pk=event_index("es").pk)
    lists.update(locale=english.locale, translation_key=uuid4())

    for_spanish = {**body, "meta": {"locale": "es"}}
    assert pointers(post(moderator, EVENTS, for_spanish)) == {"/meta/parent"}
    for page in EventIndexPage.objects.order_by("pk"):
        page.delete()
    assert pointers(post(moderator, EVENTS, body)) == {"/meta/parent"}
    assert not EventPage.objects.exists()


@pytest.mark.parametrize("kind", ["page", "document"])
def test_links_as_they_are_stored_are_checked_as_others(kind: str, moderator: ApiClient) -> None:
    ours = event_index("en").pk if kind == "page" else make_document().pk
    links = f'<a linktype="{kind}" id="{ours}">a</a><a linktype="x" id="1" href="/no/">b</a>'
    sent = [{"type": "rich_text", "value": f"<p>{links}</p>"}]

    item = created(moderator, body=sent)

    stored = EventPage.objects.get(pk=item["id"]).body.raw_data[0]["value"]
    assert f'<a linktype="{kind}" id="{ours}">a</a>' in stored
    assert 'linktype="x"' not in stored
    for wrong in ("999999", "0", "-1", "x", "", "9" * 30):
        sent[0]["value"] = f'<p><a linktype="{kind}" id="{wrong}" href="/en/">x</a></p>'
        assert pointers(patch(moderator, path_of(item), {"body": sent})) == {"/body/0/value"}, wrong


def test_rich_text_is_what_an_editor_could_have_made(moderator: ApiClient) -> None:
    document = make_document()
    html = (
        f'<h2 class="x">Big</h2><p onclick="a()">A <b>b</b><script>alert(1)</script>'
        f'<a href="javascript:alert(1)">j</a> <a href="http://localhost:8000{document.url}">d</a>'
        '<a href="https://example.org/" onmouseover="a()">e</a><img src="x" onerror="a()"></p>'
    )

    item = created(moderator, body=[{"type": "rich_text", "value": html}])

    stored = EventPage.objects.get(pk=item["id"]).body.raw_data[0]["value"]
    for stripped in ("alert", "javascript", "onclick", "onmouseover", "<h2", "class", "<img"):
        assert stripped not in stored
    assert f'<a linktype="document" id="{document.pk}">d</a>' in stored
    assert '<a href="https://example.org/">e</a>' in stored


def test_lists_take_the_public_filters_and_states(moderator: ApiClient) -> None:
    make_event(title="Live", tags=["python"], quick=True)
    draft = created(moderator, title="Draft", featured=True)
    scheduled = created(moderator, title="Scheduled")
    time = {"go_live_at": "2029-01-01T10:00:00Z"}
    assert post(moderator, f"{path_of(scheduled)}schedule", time).status_code == 200
    expired = make_event(title="Expired")
    expired.unpublish(set_expired=True)
    changed = make_event(title="Changed")
    patch(moderator, f"{EVENTS}{changed.pk}/", {"summary": "New"})

    def titles(query: str) -> list[str]:
        document = moderator.get(f"{EVENTS}?order=title&{query}").json()
        assert document["meta"]["total_count"] >= len(document["items"])
        return [item["title"] for item in document["items"]]

    assert titles("") == ["Changed", "Draft", "Expired", "Live", "Scheduled"]
    for state, title in (
        ("draft", "Draft"),
        ("live", "Live"),
        ("live_with_draft", "Changed"),
        ("scheduled", "Scheduled"),
        ("expired", "Expired"),
    ):
        assert titles(f"state={state}") == [title]
        (item,) = moderator.get(f"{EVENTS}?state={state}").json()["items"]
        assert item["meta"]["state"] == state
    assert titles("tag=Python") == ["Live"]
    assert titles("featured=true") == ["Draft"]
    assert titles("search=dra") == ["Draft"]
    assert titles("limit=2&offset=1") == ["Draft", "Expired"]
    assert titles("locale=*&slug=" + draft["meta"]["slug"]) == ["Draft", "Draft"]
    refused = moderator.get(f"{EVENTS}?state=gone&fields=title&locale=fr")
    assert {error["parameter"] for error in refused.json()["errors"]} == {
        "state",
        "fields",
        "locale",
    }


def test_deleting_takes_the_aliases_along(moderator: ApiClient) -> None:
    item = created(moderator)
    alias = item["meta"]["translations"][0]["id"]

    assert moderator.delete(f"{EVENTS}{alias}/").status_code == 409
    assert moderator.put(path_of(item), {}).status_code == 405
    assert moderator.delete(path_of(item)).status_code == 204

    assert not EventPage.objects.exists()
    assert moderator.delete(path_of(item)).status_code == 404
    assert PageLogEntry.objects.filter(action="wagtail.delete", page=item["id"]).exists()


def test_files_that_not_everybody_may_see_stay_in_a_draft(
    moderator: ApiClient, administrator: ApiClient
) -> None:
    image = make_image()
    item = created(moderator, cover=image.pk)
    image.collection.view_restrictions.create(restriction_type="login")

    again = patch(moderator, path_of(item), {"summary": "More"}).json()

    assert again["cover"]["id"] == image.pk
