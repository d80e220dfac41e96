"""The `fields` parameter, in Wagtail API v2's syntax."""

from typing import Any

import pytest

from tests.content.api.seed import Seed
from tests.contract.openapi import ApiClient

pytestmark = pytest.mark.django_db


def first_item(api: ApiClient, fields: str, path: str = "/api/v2/events/") -> dict[str, Any]:
    response = api.get(path, {"fields": fields})
    assert response.status_code == 200, (fields, response.content)
    item: dict[str, Any] = response.json()["items"][0]
    return item


def test_fields_add_leave_out_and_cut_down(seeded: Seed, api: ApiClient) -> None:
    listed = api.get("/api/v2/events/").json()["items"][0]
    whole = api.get(f"/api/v2/events/{seeded.event.pk}/").json()
    only_in_detail = {"body", "sessions", "json_ld"}
    assert whole.keys() - listed.keys() == only_in_detail
    assert listed.keys() - whole.keys() == set()

    expected: dict[str, set[str]] = {
        "title": set(listed),
        "body": {*listed, "body"},
        "body,sessions,-title": {*listed, "body", "sessions"} - {"title"},
        "-speakers": set(listed) - {"speakers"},
        "-speakers,-cover": set(listed) - {"speakers", "cover"},
        "*": set(whole),
        "*,-body": set(whole) - {"body"},
        "_,title": {"title"},
        "_,id": {"id"},
        "_,title,slug": {"title", "meta"},
        "_,json_ld": {"json_ld"},
        "_,body": {"body"},
        "_,meta_is_no_name,title": set(),
    }
    for fields, names in expected.items():
        if names:
            assert first_item(api, fields).keys() == names, fields
        else:
            assert api.get("/api/v2/events/", {"fields": fields}).status_code == 400, fields


def test_fields_of_meta_are_chosen_on_the_top_level(seeded: Seed, api: ApiClient) -> None:
    assert first_item(api, "_,slug,locale")["meta"] == {"slug": "django-workshop", "locale": "en"}
    assert "slug" not in first_item(api, "-slug")["meta"]
    assert first_item(api, "seo_title")["meta"]["seo_title"] == "Workshop on Django"
    assert first_item(api, "parent")["meta"]["parent"]["title"] == "Events"


def test_fields_reach_into_nested_objects(seeded: Seed, api: ApiClient) -> None:
    assert first_item(api, "cover(src)")["cover"].keys() > {"src", "alt"}
    assert first_item(api, "cover(_,src)")["cover"].keys() == {"src"}
    assert first_item(api, "cover(-sources)")["cover"].keys() == {
        *("id", "alt", "width", "height", "focal_point", "src")
    }
    assert first_item(api, "speakers(_,name)")["speakers"] == [{"name": "Ana"}, {"name": "Luis"}]
    assert first_item(api, "_,speakers(_,photo(_,alt))") == {
        "speakers": [{"photo": {"alt": "A wide rectangle"}}, {"photo": None}]
    }
    assert first_item(api, "_,venue(_,city)") == {"venue": {"city": "San José"}}
    assert first_item(api, "_,price(_,currency),organizer(_,name)") == {
        "price": {"currency": "EUR"},
        "organizer": {"name": "The lab"},
    }


def test_fields_of_a_detail_are_cut_down_alike(seeded: Seed, api: ApiClient) -> None:
    path = f"/api/v2/events/{seeded.event.pk}/"
    whole = api.get(path).json()
    for fields, expected in {
        "_,title": {"title"},
        "-body": set(whole) - {"body"},
        "*": set(whole),
        "_,sessions(_,title)": {"sessions"},
    }.items():
        assert api.get(path, {"fields": fields}).json().keys() == expected, fields
    assert api.get(f"/api/events/{seeded.event.pk}", {"fields": "_,id"}).json() == {
        "id": seeded.event.pk
    }


def test_fields_that_one_type_of_page_lacks_are_passed_over(seeded: Seed, api: ApiClient) -> None:
    response = api.get("/api/v2/pages/", {"fields": "_,title,body", "limit": 100})
    shapes = {frozenset(item) for item in response.json()["items"]}
    assert shapes == {
        frozenset({"title"}),
        frozenset({"title", "body"}),
    }


def test_sections_are_only_in_the_detail(seeded: Seed, api: ApiClient) -> None:
    homes = {"type": "home.HomePage", "limit": 100}
    for fields in ("*", "*,-sections", "-sections"):
        items = api.get("/api/v2/pages/", {**homes, "fields": fields}).json()["items"]
        assert items
        assert not [item for item in items if "sections" in item], fields
    for fields in ("sections", "_,title,sections"):
        response = api.get("/api/v2/pages/", {**homes, "fields": fields})
        assert response.status_code == 400, fields
        [error] = response.json()["errors"]
        assert error["parameter"] == "fields"
        assert "no list: sections" in str(error)
    home = api.get(f"/api/v2/pages/{seeded.home.pk}/", {"fields": "_,sections"}).json()
    assert home["sections"]


def test_fields_of_other_lists(seeded: Seed, api: ApiClient) -> None:
    assert first_item(api, "_,author_name", "/api/v2/testimonials/") == {"author_name": "Ana"}
    assert first_item(api, "_,quote", "/api/testimonials") == {"quote": "<b>Bold</b> & good"}
    assert first_item(api, "_,old_path", "/api/v2/redirects/") == {"old_path": "/old-about"}
    home = api.get(f"/api/v2/pages/{seeded.home.pk}/", {"fields": "_,title"})
    assert home.json() == {"title": "Home"}


@pytest.mark.parametrize(
    "fields",
    ["_", "bogus", "title,bogus", "-bogus", "cover(bogus)", "title(x)", "_,cover(_)", "*,*"],
)
def test_wrong_fields_are_refused_also_where_nothing_is_listed(
    seeded: Seed, api: ApiClient, fields: str
) -> None:
    for query in ({"fields": fields}, {"fields": fields, "slug": "no-such-event"}):
        response = api.get("/api/v2/events/", query)
        assert response.status_code == 400, query
        assert [error["parameter"] for error in response.json()["errors"]] == ["fields"]
