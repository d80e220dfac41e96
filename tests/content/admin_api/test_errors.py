"""Everything that is wrong is said at once, where it is, and nothing of it is saved."""

from typing import Any

import pytest
from wagtail.models import Collection, GroupCollectionPermission, Revision

from content.admin_api.input.rich_text import MOST_LINKS
from content.models import EventPage
from tests.content.admin_api.steps import (
    EVENTS,
    STARTS,
    TESTIMONIALS,
    created,
    patch,
    path_of,
    pointers,
    post,
    whole_event,
)
from tests.contract.openapi import ApiClient
from tests.factories import make_document, make_image

pytestmark = pytest.mark.django_db

LEAST = {"title": "Talk", "starts_at": STARTS}


def test_all_errors_come_at_once_at_their_places(moderator: ApiClient) -> None:
    body = {
        "title": "",
        "starts_at": STARTS,
        "ends_at": "2030-05-04T10:00:00+02:00",
        "all_day": "yes",
        "event_type": "party",
        "capacity": 0,
        "online_url": "javascript:alert(1)",
        "venue": {"name": 5, "planet": "Mars"},
        "price": {"amount": "10"},
        "tags": ["ok", 7],
        "cover": 99999,
        "speakers": [{"name": "Ana"}, {"role": "?"}, {"name": "Luis", "url": "nowhere"}],
        "sessions": [{"title": "S", "speakers": ["A, B"], "ends_at": "2030-05-04T10:00:00"}],
        "body": [
            {"type": "dance", "value": 1},
            {"type": "heading", "value": {"text": "", "level": 7}},
            {"type": "gallery", "value": {"heading": "", "images": [{"image": 99998}]}},
            {"type": "call_to_action", "value": {"heading": "H", "label": "L", "url": ""}},
            {"type": "embed", "value": {"url": "https://example.org/", "title": "T"}},
            "text",
        ],
        "colour": "red",
        "meta": {"slug": "a b", "go_live_at": "soon", "owner": 1},
    }

    response = post(moderator, f"{EVENTS}?publish=true", body)

    assert pointers(response) == {
        "/title",
        "/ends_at",
        "/all_day",
        "/event_type",
        "/capacity",
        "/online_url",
        "/venue/name",
        "/venue/planet",
        "/price/amount",
        "/tags/1",
        "/cover",
        "/speakers/1/name",
        "/speakers/2/url",
        "/sessions/0/speakers/0",
        "/sessions/0/starts_at",
        "/body/0/type",
        "/body/1/value/text",
        "/body/1/value/level",
        "/body/2/value/images",
        "/body/2/value/images/0/image",
        "/body/3/value/url",
        "/body/4/value/url",
        "/body/5",
        "/colour",
        "/meta/slug",
        "/meta/go_live_at",
        "/meta/owner",
    }
    messages = {error["pointer"]: error["message"] for error in response.json()["errors"]}
    assert messages["/ends_at"] == "The event cannot end before it starts."
    assert messages["/body/3/value/url"] == "Choose a page or type an address."
    assert not EventPage.objects.exists()


def test_rules_of_several_fields_hold_for_a_change_of_one(moderator: ApiClient) -> None:
    item = created(moderator, ends_at="2030-05-04T20:00:00+02:00")
    path = path_of(item)
    revisions = Revision.objects.count()

    assert pointers(patch(moderator, path, {"starts_at": "2030-05-05T10:00:00+02:00"})) == {
        "/ends_at"
    }
    assert pointers(patch(moderator, path, {"price": {"amount": 5, "currency": "EUR"}})) == {
        "/price/amount"
    }
    assert pointers(patch(moderator, path, {"venue": {"latitude": 5}})) == {"/venue/longitude"}
    assert Revision.objects.count() == revisions
    assert patch(moderator, path, {"timezone": "Asia/Tokyo"}).json()["starts_at"] == (
        "2030-05-05T01:00:00+09:00"
    )


def test_what_is_answered_only_is_refused_unless_it_is_as_it_was_read(
    moderator: ApiClient,
) -> None:
    item = created(moderator, cover=make_image().pk)
    path = path_of(item)

    same = {name: item[name] for name in ("id", "calendar_url", "json_ld", "meta")}
    assert patch(moderator, path, {**same, "title": "New"}).status_code == 200
    other = {
        "id": 1,
        "calendar_url": "x",
        "meta": {"state": "live", "html_url": None, "locked": True, "revision_id": 1},
        "cover": {**item["cover"], "alt": "Other"},
    }
    assert pointers(patch(moderator, path, other)) == {
        "/id",
        "/calendar_url",
        "/meta/state",
        "/meta/html_url",
        "/meta/locked",
        "/meta/revision_id",
        "/cover/alt",
    }


def test_a_draft_may_lack_what_publishing_needs(moderator: ApiClient) -> None:
    image = {"type": "image", "value": {"image": None, "caption": "Soon"}}
    item = created(moderator, body=[image], speakers=[{"role": "Soon"}])

    assert pointers(post(moderator, f"{path_of(item)}publish")) == {
        "/speakers/0/name",
        "/body/0/value/image",
    }
    assert not EventPage.objects.filter(live=True).exists()


def test_images_have_to_be_there_and_for_that_user(
    moderator: ApiClient, administrator: ApiClient
) -> None:
    elsewhere = Collection.get_first_root_node().add_child(name="Elsewhere")
    elsewhere.refresh_from_db()
    image = make_image(collection=elsewhere)
    # Collections inherit what is granted on the root, so this takes it from there.
    GroupCollectionPermission.objects.filter(permission__codename="choose_image").delete()

    assert pointers(post(moderator, EVENTS, {**LEAST, "cover": image.pk})) == {"/cover"}
    # Nothing is told of it: not by what is sent along, and not by the way it is named.
    guessed = {"id": image.pk, "alt": "Guess", "nothing": 1}
    assert pointers(post(moderator, EVENTS, {**LEAST, "cover": guessed})) == {"/cover"}
    document = make_document()
    type(document).objects.update(collection=elsewhere)
    GroupCollectionPermission.objects.filter(permission__codename="choose_document").delete()
    body = [
        {"type": "document", "value": {"id": document.pk, "title": "", "size": 1}},
        {"type": "rich_text", "value": f'<a linktype="document" id="{document.pk}">x</a>'},
        {"type": "rich_text", "value": f'<a href="{document.url}">x</a>'},
    ]
    assert pointers(post(moderator, EVENTS, {**LEAST, "body": body})) == {
        "/body/0/value/id",
        "/body/1/value",
        "/body/2/value",
    }
    item = created(administrator, cover=image.pk)
    # What somebody else has chosen may stay.
    changed = patch(moderator, path_of(item), {"summary": "New", "cover": image.pk})
    assert changed.status_code == 200, changed.content


def _deep(levels: int) -> Any:
    value: Any = "x"
    for _level in range(levels):
        value = [value]
    return value


WRONG: dict[str, Any] = {
    "null": None,
    "true": True,
    "list": [],
    "list of null": [None],
    "list of lists": _deep(20),
    "object": {},
    "object of null": {"id": None, "value": None, "type": None, "name": None},
    "negative": -1,
    "fraction": 1.5,
    "2^31": 2**31,
    "2^63": 2**63,
    "10^400": 10**400,
    "huge float": 1e308,
    "empty": "",
    "NUL": "a\0b",
    "long": "x" * 20_000,
    "time": "9999-12-31T23:59:59-23:59",
    "early": "0001-01-01T00:00:00+23:59",
    "no day": "2030-02-31T10:00:00Z",
    "markup": "<b>" * 3_000,
}


def _bodies(value: Any) -> list[dict[str, Any]]:
    """``value`` in every field, member, row and block, as far as they can be wrong together."""
    whole = whole_event()
    meta = dict.fromkeys((*whole["meta"], "locale", "parent", "expire_at"), value)
    nested: dict[str, Any] = {
        name: dict.fromkeys(whole[name], value) for name in ("venue", "price", "organizer")
    }
    for name in ("speakers", "sessions"):
        nested[name] = [dict.fromkeys(whole[name][0], value)]
    blocks = whole["body"]
    structs = [block for block in blocks if isinstance(block["value"], dict)]
    nested["body"] = [{**each, "value": dict.fromkeys(each["value"], value)} for each in structs]
    return [
        {**dict.fromkeys(whole, value), "meta": meta},
        {**nested, "meta": value},
        {"body": [{**block, "value": value} for block in blocks], "summary": value},
        {"body": [{**block, "id": value} for block in blocks], "meta": {"slug": value}},
        {"body": [{"type": value, "value": value}], "tags": [value], "title": value},
    ]


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG.keys())
def test_no_value_in_any_field_is_a_fault_of_ours(moderator: ApiClient, value: Any) -> None:
    item = created(moderator)

    for body in _bodies(value):
        response = post(moderator, EVENTS, {**LEAST, **body})
        assert response.status_code in (201, 400), (body, response.content)
    response = patch(moderator, path_of(item), {"summary": value, "venue": {"city": value}})
    assert response.status_code in (200, 400), response.content
    least = {"author_name": "Ana", "quote": "Good."}
    names = ("author_name", "author_photo", "quote", "rating", "featured", "meta")
    response = post(moderator, TESTIMONIALS, {**least, **dict.fromkeys(names, value)})
    assert response.status_code == 400
    for action in ("schedule", "translate", "approve"):
        body = {"go_live_at": value, "locale": value, "comment": value}
        response = post(moderator, f"{path_of(item)}{action}", body)
        assert response.status_code == 400, (action, response.content)


def test_long_lists_and_deep_markup_are_refused(moderator: ApiClient) -> None:
    speakers = [{"name": "Ana"}] * 501
    assert pointers(post(moderator, EVENTS, {**LEAST, "speakers": speakers})) == {"/speakers"}
    assert pointers(post(moderator, EVENTS, {**LEAST, "tags": ["a"] * 101})) == {"/tags"}
    deep = [{"type": "rich_text", "value": "<b>" * 100_000}]
    assert post(moderator, EVENTS, {**LEAST, "body": deep}).status_code == 400
    too_large = {**LEAST, "summary": "x" * 1_100_000}
    assert post(moderator, EVENTS, too_large).status_code == 413
    for body in ([], '"text"', "5"):
        assert pointers(post(moderator, EVENTS, body)) >= {""}


def test_tags_have_no_quotes_and_texts_not_any_number_of_links(moderator: ApiClient) -> None:
    tags = ["python", 'q"x', '"']
    assert pointers(post(moderator, EVENTS, {**LEAST, "tags": tags})) == {"/tags/1", "/tags/2"}
    text = {"type": "rich_text", "value": '<p><a href="/a/">a</a></p>' * (MOST_LINKS // 2 + 1)}
    refused = post(moderator, EVENTS, {**LEAST, "body": [text, text]})
    assert pointers(refused) == {"/body/1/value"}
