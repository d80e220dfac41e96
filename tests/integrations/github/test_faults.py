"""Whatever GitHub does, the last complete copy goes on being answered, and the admin says why."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.feeds import CONTRIBUTIONS, PROJECTS
from integrations.github import client
from integrations.github.failures import Failure
from integrations.github.models import Account, Budget, Contribution, Feed, Project
from integrations.github.refresh import Outcome, Result, refresh
from integrations.webhooks.models import Message
from integrations.webhooks.services import add_endpoint
from tests.contract.openapi import ApiClient
from tests.integrations.github.conftest import TOKEN, Refresh
from tests.integrations.github.faults import (
    CASES,
    Case,
    incomplete,
    links_to,
    replies,
    retry_at_date,
)
from tests.integrations.github.server import FakeGitHub, Handler
from tests.integrations.github.world import contribution, moment, repository

pytestmark = pytest.mark.django_db

ROUTES = {PROJECTS: "/api/projects", CONTRIBUTIONS: "/api/contributions"}
SECONDS_OF_TESTS = 10


@pytest.fixture
def filled(github: FakeGitHub, lab: Account, ana: Account, refresh_now: Refresh) -> FakeGitHub:
    """Two pages of each, refreshed once, and then something new that is not refreshed yet."""
    github.page_size = 4
    github.repositories["example-lab"] = [repository(number) for number in range(1, 7)]
    github.contributions = [contribution(2 * number + 1) for number in range(6)]
    for name in ROUTES:
        assert refresh_now(name).outcome is Outcome.COMPLETE
    github.repositories["example-lab"].append(repository(999))
    github.contributions.append(contribution(999))
    github.forget()
    return github


def items(api: ApiClient, name: str) -> Any:
    answer = api.get(f"{ROUTES[name]}?limit=100")
    assert answer.status_code == 200
    return answer.json()["items"]


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_last_good_copy_survives(
    case: Case,
    name: str,
    filled: FakeGitHub,
    api: ApiClient,
    refresh_now: Refresh,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = items(api, name)
    if case.failure is Failure.TIMEOUT:
        monkeypatch.setattr(client, "TOTAL_SECONDS", 0.4)
    assert len(before) == 6
    filled.faults = [case.fault]
    result = refresh_now(name)
    assert result.outcome in (Outcome.FAILED, Outcome.BLOCKED)
    assert items(api, name) == before
    feed = Feed.objects.get(pk=name)
    assert feed.failure == case.failure
    assert feed.failed_at is not None
    assert_waits(result, feed, case)

    monkeypatch.undo()
    filled.faults = []
    Budget.objects.all().delete()
    assert refresh_now(name).outcome is Outcome.COMPLETE
    assert items(api, name) != before
    assert Feed.objects.get(pk=name).failure == ""


def assert_waits(result: Result, feed: Feed, case: Case) -> None:
    """A failure is tried again soon, a limit has its time."""
    if result.outcome is not Outcome.BLOCKED:
        assert feed.failures == 1
        return
    assert result.until is not None
    seconds = (result.until - timezone.now()).total_seconds()
    assert case.wait - SECONDS_OF_TESTS < seconds <= case.wait + 1


def test_incomplete_search_is_no_result(
    filled: FakeGitHub, api: ApiClient, refresh_now: Refresh
) -> None:
    before = items(api, CONTRIBUTIONS)
    filled.faults = [incomplete]
    assert refresh_now(CONTRIBUTIONS).outcome is Outcome.FAILED
    assert Feed.objects.get(pk=CONTRIBUTIONS).failure == Failure.INCOMPLETE
    assert items(api, CONTRIBUTIONS) == before


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("kind", ["link", "redirect"])
def test_other_host_is_not_asked_and_never_gets_the_token(
    kind: str, name: str, filled: FakeGitHub, refresh_now: Refresh
) -> None:
    with FakeGitHub() as elsewhere:
        redirect = replies(301, {}, Location=f"{elsewhere.url}/repos")
        filled.faults = [links_to(elsewhere.url) if kind == "link" else redirect]
        refresh_now(name)
        assert elsewhere.seen == []
    assert Feed.objects.get(pk=name).failure == Failure.FOREIGN_ADDRESS


def test_link_header_of_nonsense_is_read_in_no_time(
    filled: FakeGitHub, refresh_now: Refresh
) -> None:
    """Of the processor's time, not the clock's: others use this machine, too."""
    filled.faults = [replies(200, [repository(1)], Link="<>;" * 21_000)]
    before = time.process_time()
    assert refresh_now(PROJECTS).outcome is Outcome.COMPLETE
    assert time.process_time() - before < 5


def test_account_that_was_renamed_is_found_by_its_former_name(
    filled: FakeGitHub, api: ApiClient, refresh_now: Refresh
) -> None:
    """As GitHub answers it: a redirect on the same host, to the number of the account."""
    filled.repositories["new-name"] = filled.repositories.pop("example-lab")

    def redirect(handler: Handler) -> bool:
        if "/example-lab/" not in handler.path:
            return False
        location = handler.path.replace("/example-lab/", "/new-name/")
        return replies(301, {}, Location=location)(handler)

    filled.faults = [redirect]
    assert refresh_now(PROJECTS).outcome is Outcome.COMPLETE
    assert len(items(api, PROJECTS)) == 7
    assert {seen.status for seen in filled.seen} == {301, 200}


def test_visitors_and_receivers_learn_of_what_changed_and_of_nothing_else(
    filled: FakeGitHub, api: ApiClient, refresh_now: Refresh
) -> None:
    add_endpoint(url="https://www.example.org/hook")
    etags = {name: api.get(route)["ETag"] for name, route in ROUTES.items()}
    for name, route in ROUTES.items():
        assert refresh_now(name).outcome is Outcome.COMPLETE
        assert api.get(route)["ETag"] != etags[name]
    told = Message.objects.order_by("pk").values_list("type", flat=True)
    assert list(told) == ["projects.updated", "contributions.updated"]
    for name in ROUTES:
        refresh_now(name)
    assert told.count() == 2


@pytest.mark.parametrize("skew", [0, 7200, -7200], ids=["right", "ahead", "behind"])
def test_limit_is_obeyed_by_githubs_own_clock(
    skew: int, filled: FakeGitHub, refresh_now: Refresh
) -> None:
    filled.clock_skew_seconds = skew
    filled.faults = [CASES[0].fault]
    first = refresh_now(PROJECTS)
    assert first.until is not None
    assert 90 < (first.until - timezone.now()).total_seconds() <= 101
    asked = len(filled.seen)
    # As often as anybody likes, and in every process: the database remembers.
    for _time in range(3):
        assert refresh_now(PROJECTS).outcome is Outcome.BLOCKED
    assert len(filled.seen) == asked
    Budget.objects.update(blocked_until=timezone.now() - timedelta(seconds=1))
    filled.faults = []
    assert refresh_now(PROJECTS).outcome is Outcome.COMPLETE


@pytest.mark.parametrize("skew", [0, 7200, -7200], ids=["right", "ahead", "behind"])
@pytest.mark.parametrize("status", [429, 503])
def test_date_to_retry_after_is_by_githubs_own_clock(
    status: int, skew: int, filled: FakeGitHub, refresh_now: Refresh
) -> None:
    filled.clock_skew_seconds = skew
    filled.faults = [retry_at_date(status)]
    result = refresh_now(PROJECTS)
    assert result.outcome is Outcome.BLOCKED
    assert result.until is not None
    assert 90 < (result.until - timezone.now()).total_seconds() <= 101
    asked = len(filled.seen)
    # Neither list is asked for before.
    for name in ROUTES:
        assert refresh_now(name).outcome is Outcome.BLOCKED
    assert len(filled.seen) == asked


@pytest.mark.parametrize(("seconds", "pause"), [("100", 100), ("3", 60), ("0", 60), ("x", 60)])
def test_server_that_is_away_is_left_alone_as_long_as_it_says_and_a_minute_at_least(
    seconds: str, pause: int, filled: FakeGitHub
) -> None:
    filled.faults = [replies(503, {}, Retry_After=seconds)]
    refresh(PROJECTS)
    feed = Feed.objects.get(pk=PROJECTS)
    assert (feed.failure, feed.failures) == (Failure.SERVER_ERROR, 1)
    left = (feed.next_refresh_at - timezone.now()).total_seconds()
    assert pause - SECONDS_OF_TESTS < left <= pause + 1


def test_last_request_allowed_is_the_last_one(filled: FakeGitHub, refresh_now: Refresh) -> None:
    filled.limits["core"] = 1
    assert refresh_now(PROJECTS).outcome is Outcome.BLOCKED
    assert len(filled.seen) == 1
    # The searches have a limit of their own.
    assert refresh_now(CONTRIBUTIONS).outcome is Outcome.COMPLETE


def test_secondary_limit_without_a_time_doubles_and_stops_everything(
    filled: FakeGitHub, refresh_now: Refresh
) -> None:
    filled.faults = [CASES[2].fault]
    waits = []
    for _time in range(3):
        result = refresh_now(PROJECTS)
        assert result.until is not None
        waits.append(round((result.until - timezone.now()).total_seconds() / 60))
        asked = len(filled.seen)
        assert refresh_now(CONTRIBUTIONS).outcome is Outcome.BLOCKED
        assert len(filled.seen) == asked
        Budget.objects.update(blocked_until=None)
    assert waits == [1, 2, 4]


def test_run_goes_on_where_it_stopped(filled: FakeGitHub, refresh_now: Refresh) -> None:
    filled.faults = [case.fault for case in CASES if case.name == "page 2 fails"]
    refresh_now(PROJECTS)
    assert [seen.query.get("page") for seen in filled.seen] == [None, "2"]
    filled.faults = []
    filled.forget()
    refresh_now(PROJECTS)
    assert [seen.query.get("page") for seen in filled.seen] == ["2"]
    assert Project.objects.count() == 7


def test_pauses_between_failures_grow(filled: FakeGitHub, refresh_now: Refresh) -> None:
    filled.faults = [replies(500, {})]
    minutes = []
    for _time in range(8):
        before = timezone.now()
        refresh(PROJECTS)
        due = Feed.objects.get(pk=PROJECTS).next_refresh_at
        minutes.append(round((due - before).total_seconds() / 60))
        Feed.objects.update(next_refresh_at=before)
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]


def test_token_is_in_no_log_line(
    filled: FakeGitHub, refresh_now: Refresh, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    refresh_now(PROJECTS)
    filled.faults = [replies(500, {})]
    refresh_now(CONTRIBUTIONS)
    assert any(record.message.startswith("GitHub answered") for record in caplog.records)
    assert not [record for record in caplog.records if TOKEN in str(record.__dict__)]
    assert all(seen.headers["authorization"] == f"Bearer {TOKEN}" for seen in filled.seen)


def test_one_repository_that_is_gone_takes_no_other_with_it(
    filled: FakeGitHub, api: ApiClient, refresh_now: Refresh
) -> None:
    gone = Project.objects.get(github_id=6)
    Project.objects.filter(pk=gone.pk).update(is_featured=True, summary="Ours")
    filled.repositories["example-lab"] = [
        one for one in filled.repositories["example-lab"] if one["id"] != 6
    ]
    refresh_now(PROJECTS)
    assert Project.objects.present().count() == 6
    assert api.get("/api/projects/example-lab/tool-6").status_code == 404
    filled.repositories["example-lab"].append(repository(6))
    refresh_now(PROJECTS)
    back = api.get("/api/projects/example-lab/tool-6").json()
    assert (back["id"], back["featured"], back["summary"]) == (gone.pk, True, "Ours")


def test_contributions_are_exchanged_as_a_whole(filled: FakeGitHub, refresh_now: Refresh) -> None:
    filled.contributions = [contribution(1, title="Another title"), contribution(999)]
    refresh_now(CONTRIBUTIONS)
    titles = dict(Contribution.objects.values_list("number", "title"))
    assert titles == {1: "Another title", 999: "Change 999"}
    assert moment(999)[:10] == f"{Contribution.objects.get(number=999).created_at:%F}"
