"""What the public routes answer, and what that costs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.feeds import CONTRIBUTIONS, PROJECTS
from home.models import HomePage
from integrations.github import contribution_feed, parsing, project_feed
from integrations.github.models import Contribution, Feed, Project
from integrations.github.pages import Collected
from tests.contract.openapi import ApiClient
from tests.factories import make_image
from tests.integrations.github import world

pytestmark = pytest.mark.django_db


def add_projects(*raw: dict[str, Any]) -> None:
    items = {one["id"]: parsing.project(one) for one in raw}
    collected = Collected(items={key: item for key, item in items.items() if item})
    project_feed.exchange(collected)


def add_contributions(*raw: dict[str, Any]) -> None:
    parsed = [parsing.contribution(one) for one in raw]
    contribution_feed.store({item["github_id"]: item for item in parsed if item})


def names(api: ApiClient, query: str = "") -> list[str]:
    return [item["name"] for item in api.get(f"/api/projects?{query}").json()["items"]]


def numbers(api: ApiClient, query: str = "") -> list[int]:
    return [item["number"] for item in api.get(f"/api/contributions?{query}").json()["items"]]


@pytest.mark.parametrize("route", ["/api/projects", "/api/contributions"])
def test_before_the_first_refresh_lists_are_empty_and_say_so(route: str, api: ApiClient) -> None:
    answer = api.get(route)
    assert answer.json() == {
        "meta": {"total_count": 0, "fetched_at": None, "next_refresh_at": None, "stale": False},
        "items": [],
    }


def test_project_has_everything_that_the_contract_names(api: ApiClient) -> None:
    add_projects(world.repository(1))
    image = make_image()
    Project.objects.update(cover=image, summary="Ours")
    (item,) = api.get("/api/projects").json()["items"]
    cover = item.pop("cover")
    assert (cover["id"], bool(cover["sources"])) == (image.pk, True)
    assert item == {
        "id": Project.objects.get().pk,
        "owner": "example-lab",
        "name": "tool-1",
        "full_name": "example-lab/tool-1",
        "description": "Tool number 1",
        "summary": "Ours",
        "html_url": "https://github.com/example-lab/tool-1",
        "homepage": "https://tool-1.example.org/",
        "language": "Python",
        "topics": ["django", "cms"],
        "stars": 1,
        "forks": 1,
        "open_issues": 2,
        "license": "MIT",
        "archived": False,
        "fork": False,
        "created_at": "2020-01-01T01:00:00+00:00",
        "pushed_at": "2020-01-01T06:00:00+00:00",
        "featured": False,
    }
    detail = api.get("/api/projects/EXAMPLE-lab/Tool-1/").json()
    assert detail == {**item, "cover": cover}


def test_projects_are_filtered_searched_and_put_in_order(api: ApiClient) -> None:
    add_projects(
        world.repository(1, language="Rust", topics=["maps"]),
        world.repository(2, description="Programación de eventos"),
        world.repository(3, "other", name="cms.core", pushed_at=None),
    )
    Project.objects.filter(github_id=1).update(is_featured=True, sort_order=1)
    assert names(api) == ["tool-1", "cms.core", "tool-2"]
    for query, expected in (
        ("language=rust", ["tool-1"]),
        ("topic=MAPS", ["tool-1"]),
        ("owner=Other", ["cms.core"]),
        ("featured=true", ["tool-1"]),
        ("featured=false", ["cms.core", "tool-2"]),
        ("search=programacion", ["tool-2"]),
        ("search=event+prog", ["tool-2"]),
        ("search=vent", []),
        ("search=%25", []),
        ("order=-stars", ["cms.core", "tool-2", "tool-1"]),
        ("order=name", ["cms.core", "tool-1", "tool-2"]),
        ("order=-pushed_at", ["tool-2", "tool-1", "cms.core"]),
        ("limit=1&offset=1", ["cms.core"]),
        ("limit=0", []),
    ):
        assert names(api, query) == expected, query
    assert api.get("/api/projects/other/cms.core").json()["pushed_at"] is None


def test_hidden_and_vanished_projects_are_nowhere(api: ApiClient) -> None:
    add_projects(world.repository(1), world.repository(2))
    Project.objects.filter(github_id=1).update(is_hidden=True)
    Project.objects.filter(github_id=2).update(retired_at=timezone.now())
    assert names(api) == []
    for name in ("tool-1", "tool-2", "none"):
        assert api.get(f"/api/projects/example-lab/{name}").status_code == 404


def test_contribution_has_everything_that_the_contract_names(api: ApiClient) -> None:
    add_contributions(world.contribution(1))
    (item,) = api.get("/api/contributions").json()["items"]
    assert item == {
        "id": Contribution.objects.get().pk,
        "type": "pull_request",
        "repository": "django/django",
        "number": 1,
        "title": "Change 1",
        "html_url": "https://github.com/django/django/pull/1",
        "state": "merged",
        "author": {
            "login": "ana",
            "avatar_url": "https://avatars.githubusercontent.com/u/3?v=4",
            "html_url": "https://github.com/ana",
        },
        "labels": ["docs"],
        "comments": 2,
        "created_at": "2020-01-01T01:00:00+00:00",
        "closed_at": "2020-01-01T02:00:00+00:00",
        "merged_at": "2020-01-01T02:00:00+00:00",
    }


def test_contributions_are_filtered_newest_first(api: ApiClient) -> None:
    elsewhere = "https://api.github.com/repos/Wagtail/wagtail"
    add_contributions(
        world.contribution(1),
        world.contribution(2),
        world.contribution(3, "Luis", repository_url=elsewhere),
    )
    for query, expected in (
        ("", [3, 2, 1]),
        ("order=created_at", [1, 2, 3]),
        ("type=issue", [2]),
        ("state=merged", [3, 1]),
        ("state=open&type=issue", [2]),
        ("repository=wagtail/WAGTAIL", [3]),
        ("author=luis", [3]),
        ("created_after=2020-01-01T02:00:00Z", [3, 2]),
        ("created_before=2020-01-01T02:00:00Z", [1]),
    ):
        assert numbers(api, query) == expected, query


@pytest.mark.parametrize(
    "query", ["type=pr", "state=x", "created_after=2020", "featured=true", "limit=101"]
)
def test_bad_parameters_are_named(query: str, api: ApiClient) -> None:
    answer = api.get(f"/api/contributions?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_lists_say_how_new_they_are_and_are_kept_until_that_changes(api: ApiClient) -> None:
    now = timezone.now().replace(microsecond=0)
    feed = Feed.objects.create(
        name=PROJECTS,
        fetched_at=now,
        next_refresh_at=now + timedelta(hours=6),
        stale_at=now + timedelta(seconds=20),
    )
    answer = api.get("/api/projects")
    meta = answer.json()["meta"]
    assert datetime.fromisoformat(meta["fetched_at"]) == now.astimezone(UTC)
    assert meta["stale"] is False
    max_age, stale = answer["Cache-Control"].split(", ")[1:3]
    assert int(max_age.partition("=")[2]) + int(stale.partition("=")[2]) <= 20
    Feed.objects.filter(pk=feed.pk).update(stale_at=now - timedelta(seconds=1))
    assert api.get("/api/projects").json()["meta"]["stale"] is True


def test_number_of_queries_does_not_depend_on_the_number_of_rows(api: ApiClient) -> None:
    image = make_image()
    counts = []
    for size in (1, 40):
        add_projects(*(world.repository(number) for number in range(1, size + 1)))
        add_contributions(*(world.contribution(number) for number in range(1, size + 1)))
        Project.objects.update(cover=image)
        for route in ("/api/projects?limit=100", "/api/contributions?limit=100"):
            with CaptureQueriesContext(connection) as queries:
                assert len(api.get(route).json()["items"]) == size
            counts.append(len(queries))
    assert counts == [6, 3, 6, 3]


def test_landing_page_shows_both_with_their_date(site: Any, api: ApiClient) -> None:
    now = timezone.now().replace(microsecond=0)
    for name in (PROJECTS, CONTRIBUTIONS):
        Feed.objects.create(name=name, fetched_at=now)
    add_projects(*(world.repository(number) for number in range(1, 5)))
    add_contributions(*(world.contribution(number) for number in range(1, 5)))
    Project.objects.filter(github_id=2).update(is_featured=True)
    modes = [("projects", "featured"), ("projects", "all")]
    modes += [("contributions", "latest"), ("contributions", "merged")]
    home = HomePage.objects.get(locale__language_code="en")
    home.sections = [(kind, {"heading": "Work", "mode": mode, "limit": 3}) for kind, mode in modes]
    home.save_revision().publish()
    sections = api.get(f"/api/v2/pages/{home.pk}/").json()["sections"]
    values = [section["value"] for section in sections]
    assert [[item["name"] for item in value["items"]] for value in values[:2]] == [
        ["tool-2"],
        ["tool-4", "tool-3", "tool-2"],
    ]
    assert [[item["number"] for item in value["items"]] for value in values[2:]] == [
        [4, 3, 2],
        [3, 1],
    ]
    assert {datetime.fromisoformat(value["fetched_at"]) for value in values} == {now}
    assert {value["stale"] for value in values} == {False}
    assert values[0]["items"] == api.get("/api/projects?featured=true").json()["items"]
    # The page is kept no longer than until they are late, and then says so.
    soon = timezone.now() + timedelta(seconds=9)
    Feed.objects.filter(pk=CONTRIBUTIONS).update(stale_at=soon)
    max_age, stale = api.get(f"/api/v2/pages/{home.pk}/")["Cache-Control"].split(", ")[1:3]
    assert int(max_age.partition("=")[2]) + int(stale.partition("=")[2]) <= 9
    Feed.objects.filter(pk=CONTRIBUTIONS).update(stale_at=now)
    sections = api.get(f"/api/v2/pages/{home.pk}/").json()["sections"]
    assert [section["value"]["stale"] for section in sections] == [False, False, True, True]
