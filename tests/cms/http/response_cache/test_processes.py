"""Several web processes on one database: when each of them knows, and what they do without it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from cms.content_version.version import KNOWN_WITHIN_SECONDS
from content.models import EventPage, SiteSettings, StandardPage
from content.publishing import publish, save_revision
from home.models import HomePage
from home.setup import prepare_site
from tests.cms.http.breakable_database import BreakableDatabase
from tests.cms.http.conftest import LiveServer, database_url, running_server
from tests.cms.http.test_live_server import parts
from tests.factories import make_event, make_standard_page

METRICS_TOKEN = "0123456789abcdefghijklmnop"
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.cms.http.response_cache.live_settings",
    "METRICS_TOKEN": METRICS_TOKEN,
}


@pytest.fixture(scope="module")
def committed_site(committed_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URL of a database with an empty site, where this module's changes really commit."""
    with django_db_blocker.unblock():
        prepare_site()
        yield committed_database


@pytest.fixture(scope="module")
def processes(
    committed_site: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[LiveServer]]:
    folder = tmp_path_factory.mktemp("processes")
    with ExitStack() as stack:
        yield [
            stack.enter_context(running_server(folder / name, database_url(), **SETTINGS))
            for name in ("one", "other")
        ]


def ask(server: LiveServer, target: str) -> tuple[int, str, Any]:
    """Status, what the cache did, and the document."""
    status, headers, body = parts(server.get(target))
    return status, headers.get("cache-status", ""), json.loads(body)


def titles(document: Any) -> list[str]:
    return [item["title"] for item in document["items"]]


def republish(page: Any, title: str) -> None:
    page.title = title
    save_revision(instance=page)
    publish(instance=page)


EVENTS = "/api/v2/events/?limit=100"
CHANGES: dict[str, Callable[[EventPage, StandardPage], object]] = {
    "publish": lambda event, _page: republish(event, "Renamed"),
    "unpublish": lambda event, _page: event.unpublish(),
    "delete": lambda event, _page: event.delete(),
    "update": lambda event, _page: EventPage.objects.filter(pk=event.pk).update(title="By SQL"),
    "settings": lambda _event, _page: SiteSettings.objects.update(name=f"Lab {time.time()}"),
    "page": lambda _event, page: republish(page, f"About {time.time()}"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_in_every_answer_that_is_asked_for_a_second_later(
    processes: list[LiveServer], name: str
) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    event, page = make_event(), make_standard_page(home)
    time.sleep(KNOWN_WITHIN_SECONDS)
    targets = [EVENTS, "/api/v2/site/", f"/api/v2/pages/{page.pk}/"]
    before = [[ask(server, target)[2] for target in targets] for server in processes]
    assert before[0] == before[1]
    for server in processes:
        assert [ask(server, target)[1] for target in targets] == ["cms; hit"] * 3

    with transaction.atomic():
        CHANGES[name](event, page)
    time.sleep(KNOWN_WITHIN_SECONDS)

    after = [[ask(server, target)[2] for target in targets] for server in processes]
    assert after[0] == after[1]
    assert after[0] != before[0]


def test_remembered_answers_are_counted_like_others(processes: list[LiveServer]) -> None:
    server = processes[0]
    ask(server, EVENTS)
    before = counted(server)
    for _number in range(3):
        assert ask(server, EVENTS)[1] == "cms; hit"
    after = counted(server)
    hits = 'cms_remembered_answers_total{outcome="hit"}'
    answers = 'cms_http_requests_total{method="GET",route="api/v2/events/",status="2xx"}'
    durations = 'cms_http_request_duration_seconds_count{method="GET",route="api/v2/events/"}'
    for series in (hits, answers, durations):
        assert after[series] == before.get(series, 0) + 3


def counted(server: LiveServer) -> dict[str, float]:
    """Every series of /metrics, whose labels are in order."""
    answer = server.get("/metrics", f"Authorization: Bearer {METRICS_TOKEN}")
    lines = [line for line in answer.decode().splitlines() if line.startswith("cms_")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_draft_leaves_what_is_remembered(processes: list[LiveServer]) -> None:
    event = make_event()
    time.sleep(KNOWN_WITHIN_SECONDS)
    for server in processes:
        ask(server, EVENTS)
    event.title = "Only a draft"
    save_revision(instance=event)
    time.sleep(KNOWN_WITHIN_SECONDS)
    for server in processes:
        assert ask(server, EVENTS)[1] == "cms; hit"


def test_readers_go_on_reading_while_the_database_is_away(
    committed_site: str, tmp_path: Path
) -> None:
    event = make_event(title="Soldering night")
    database = BreakableDatabase(connection.settings_dict)
    with running_server(tmp_path / "log", database_url(database.port), **SETTINGS) as server:
        assert "Soldering night" in titles(ask(server, EVENTS)[2])
        database.cut()
        for _ in range(10):
            status, became, document = ask(server, EVENTS)
            assert status == 200
            assert became.startswith("cms; hit")
            assert "Soldering night" in titles(document)
            time.sleep(0.2)
        assert ask(server, "/api/v2/events/?limit=99")[0] == 503

        republish(event, "Weaving night")
        database.restore()
        deadline = time.monotonic() + 30
        while "Weaving night" not in titles(ask(server, EVENTS)[2]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        database.cut()


def test_what_was_withdrawn_stays_away_while_the_database_is_away(
    committed_site: str, tmp_path: Path
) -> None:
    kept, withdrawn = make_event(), make_event()
    database = BreakableDatabase(connection.settings_dict)
    with running_server(tmp_path / "log", database_url(database.port), **SETTINGS) as server:
        targets = [f"/api/v2/events/{event.pk}/" for event in (kept, withdrawn)]
        for target in targets:
            assert [ask(server, target)[0] for _ in range(2)] == [200, 200]
        withdrawn.unpublish()
        time.sleep(KNOWN_WITHIN_SECONDS)
        assert [ask(server, target)[0] for target in targets] == [200, 404]
        database.cut()
        for _ in range(8):
            assert [ask(server, target)[0] for target in targets] == [200, 503]
            time.sleep(0.2)
