"""Refreshes that go well: what they cost, what they keep, what they leave out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from cms.feeds import CONTRIBUTIONS, PROJECTS, feed_updated
from integrations.github import windows
from integrations.github.first_accounts import ensure_first_accounts
from integrations.github.models import Account, Contribution, Feed, GitHubSettings, Project
from integrations.github.refresh import Outcome, due_feeds, refresh
from tests.integrations.github.conftest import Refresh
from tests.integrations.github.server import FakeGitHub
from tests.integrations.github.world import contribution, repository, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> Any:
    """The names of the feeds that have said that they changed."""
    told: list[str] = []

    def listen(feed: str, **kwargs: Any) -> None:
        told.append(feed)

    feed_updated.connect(listen)
    yield told
    feed_updated.disconnect(listen)


def names() -> list[str]:
    return [project.name for project in Project.objects.visible().in_editors_order()]


def test_quiet_refresh_of_300_repositories_is_three_requests_that_change_nothing(
    github: FakeGitHub, lab: Account, refresh_now: Refresh, news: list[str]
) -> None:
    github.repositories["example-lab"] = [repository(number) for number in range(1, 301)]
    refresh_now(PROJECTS)
    assert github.statuses == [200, 200, 200]
    assert Project.objects.count() == 300
    fetched_at = Feed.objects.get(pk=PROJECTS).fetched_at
    github.forget()
    refresh_now(PROJECTS)
    assert github.statuses == [304, 304, 304]
    assert github.most_at_once == 1
    feed = Feed.objects.get(pk=PROJECTS)
    assert feed.fetched_at is not None
    assert fetched_at is not None
    assert feed.fetched_at > fetched_at
    assert (feed.requests, feed.unchanged_pages) == (3, 3)
    assert news == [PROJECTS]
    # One more changes every page, so none of them hides it.
    github.repositories["example-lab"].append(repository(301))
    github.forget()
    refresh_now(PROJECTS)
    assert github.statuses == [200, 200, 200, 200]
    assert news == [PROJECTS, PROJECTS]


def test_requests_say_who_asks_and_which_version(
    github: FakeGitHub, lab: Account, refresh_now: Refresh
) -> None:
    github.repositories["example-lab"] = []
    refresh_now(PROJECTS)
    (seen,) = github.seen
    assert seen.headers["user-agent"] == "lab-cms"
    assert seen.headers["x-github-api-version"] == "2022-11-28"
    assert seen.headers["accept"] == "application/vnd.github+json"


def test_etag_of_another_token_is_not_used(
    github: FakeGitHub, lab: Account, refresh_now: Refresh, settings: Any
) -> None:
    github.repositories["example-lab"] = [repository(1)]
    refresh_now(PROJECTS)
    settings.GITHUB_TOKEN = "github_pat_another_one_of_them_all"
    refresh_now(PROJECTS)
    assert "if-none-match" not in github.seen[-1].headers
    settings.GITHUB_TOKEN = None
    refresh_now(PROJECTS)
    assert "authorization" not in github.seen[-1].headers


def test_search_is_split_by_time_until_everything_is_found(
    github: FakeGitHub, ana: Account, refresh_now: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "MOST_RESULTS", 10)
    github.page_size = 5
    github.limits["search"] = 1000
    github.contributions = [contribution(number) for number in range(1, 41)]
    assert refresh_now(CONTRIBUTIONS).outcome is Outcome.COMPLETE
    assert Contribution.objects.count() == 40
    assert all("is:public" in seen.query["q"] for seen in github.seen)
    asked = len(github.seen)
    github.forget()
    refresh_now(CONTRIBUTIONS)
    assert github.statuses == [304] * asked


def test_editors_work_survives_every_refresh(
    github: FakeGitHub, lab: Account, refresh_now: Refresh
) -> None:
    github.repositories["example-lab"] = [repository(1), repository(2), repository(3)]
    refresh_now(PROJECTS)
    assert names() == ["tool-3", "tool-2", "tool-1"]
    Project.objects.filter(github_id=1).update(sort_order=1, summary="Ours", is_featured=True)
    Project.objects.filter(github_id=2).update(is_hidden=True)
    # Renamed, transferred to another of our accounts, and with more stars.
    Account.objects.bulk_create([Account(login="Other-Lab")])
    github.repositories["example-lab"] = [repository(2, stargazers_count=99), repository(3)]
    github.repositories["other-lab"] = [repository(1, "other-lab", name="new.name")]
    refresh_now(PROJECTS)
    assert names() == ["new.name", "tool-3"]
    renamed = Project.objects.get(github_id=1)
    assert (renamed.full_name, renamed.summary, renamed.is_featured) == (
        "other-lab/new.name",
        "Ours",
        True,
    )
    assert Project.objects.count() == 3


def test_accounts_settings_say_what_is_shown(
    github: FakeGitHub, lab: Account, refresh_now: Refresh
) -> None:
    github.repositories["example-lab"] = [
        repository(1, fork=True),
        repository(2, archived=True),
        repository(3, topics=["other"]),
        repository(4, private=True),
        repository(5, visibility="internal"),
        repository(6),
    ]
    refresh_now(PROJECTS)
    assert names() == ["tool-6", "tool-3"]
    Account.objects.update(includes_forks=True, includes_archived=True, topics=["cms"])
    refresh_now(PROJECTS)
    assert names() == ["tool-6", "tool-2", "tool-1"]
    Account.objects.update(minimum_stars=2)
    refresh_now(PROJECTS)
    assert names() == ["tool-6", "tool-2"]


def test_programs_and_people_who_opted_out_are_left_out(
    github: FakeGitHub, ana: Account, lab: Account, refresh_now: Refresh
) -> None:
    robot = contribution(5, user=user("ana", 9, "Bot"))
    other = contribution(7, repository_url="https://api.github.com/repos/shy/thing")
    github.contributions = [contribution(1), contribution(2), robot, other]
    github.repositories["example-lab"] = [repository(1), repository(2)]
    refresh_now(CONTRIBUTIONS)
    refresh_now(PROJECTS)
    numbers = Contribution.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 7]
    GitHubSettings.objects.create(never_show="SHY\nexample-lab/tool-2\n")
    assert list(numbers.all()) == [1, 2]
    assert names() == ["tool-1"]
    for name in (CONTRIBUTIONS, PROJECTS):
        refresh_now(name)
    assert list(numbers.all()) == [1, 2]
    assert names() == ["tool-1"]
    stored = GitHubSettings.objects.get()
    stored.never_show = "ana"
    stored.save()
    assert not Contribution.objects.exists()


def test_bad_items_are_dropped_and_counted(
    github: FakeGitHub, lab: Account, refresh_now: Refresh
) -> None:
    hostile = repository(
        3,
        homepage="javascript:alert(1)",
        description="<b>\x00\ud800bold</b>" + "x" * 1_000_000,
        topics=["y" * 1_000_000, 7, "good"],
    )
    github.repositories["example-lab"] = [
        repository(1, owner="example-lab", id="1"),
        {**repository(2), "owner": None},
        hostile,
        repository(4, created_at="0000-01-01T00:00:00Z"),
    ]
    refresh_now(PROJECTS)
    project = Project.objects.get()
    assert project.homepage == ""
    assert project.description.startswith("<b> bold</b>xxx")
    assert len(project.description) == 1000
    assert project.topics[-1] == "good"
    assert Feed.objects.get(pk=PROJECTS).dropped_items == 3


def test_bad_item_alone_on_its_page_is_dropped_like_any_other(
    github: FakeGitHub, lab: Account, ana: Account, refresh_now: Refresh
) -> None:
    github.page_size = 3
    rows = [repository(number) for number in range(2, 8)]
    github.repositories["example-lab"] = [repository(1, html_url="javascript:alert(1)"), *rows]
    # And the only issue among the pull requests.
    github.contributions = [contribution(1), contribution(2, html_url="javascript:alert(1)")]
    assert refresh_now(PROJECTS).outcome is Outcome.COMPLETE
    assert refresh_now(CONTRIBUTIONS).outcome is Outcome.COMPLETE
    assert names() == [f"tool-{number}" for number in range(7, 1, -1)]
    assert [one.number for one in Contribution.objects.all()] == [1]
    assert set(Feed.objects.values_list("dropped_items", flat=True)) == {1}


def test_only_one_process_refreshes(github: FakeGitHub, lab: Account) -> None:
    github.repositories["example-lab"] = []
    assert Feed.objects.acquire(PROJECTS) is not None
    assert refresh(PROJECTS).outcome is Outcome.BUSY
    assert github.seen == []
    # Whoever held it has died: after two minutes it is free.
    Feed.objects.update(lease_expires_at=Now() - timedelta(seconds=1))
    assert refresh(PROJECTS).outcome is Outcome.COMPLETE


def test_who_lost_the_feed_meanwhile_changes_nothing(github: FakeGitHub, lab: Account) -> None:
    github.repositories["example-lab"] = [repository(1)]

    def take_over() -> None:
        Feed.objects.update(lease_expires_at=Now() - timedelta(seconds=1))
        assert Feed.objects.acquire(PROJECTS) is not None

    assert refresh(PROJECTS, on_request=take_over).outcome is Outcome.BUSY
    assert not Project.objects.exists()
    assert Feed.objects.get(pk=PROJECTS).lease_token is not None


def test_job_stops_when_its_time_is_up_and_the_next_goes_on(
    github: FakeGitHub, lab: Account
) -> None:
    github.page_size = 1
    github.repositories["example-lab"] = [repository(number) for number in range(1, 5)]
    first = refresh(PROJECTS, is_time_up=lambda: len(github.seen) >= 2)
    assert first.outcome is Outcome.UNFINISHED
    assert not Project.objects.exists()
    assert refresh(PROJECTS).outcome is Outcome.COMPLETE
    assert len(github.seen) == 4


def test_feeds_are_due_by_time_or_when_asked_for(
    github: FakeGitHub, lab: Account, refresh_now: Refresh
) -> None:
    github.repositories["example-lab"] = []
    assert due_feeds() == [PROJECTS]
    refresh(PROJECTS)
    assert due_feeds() == []
    feed = Feed.objects.get(pk=PROJECTS)
    assert feed.fetched_at is not None
    assert feed.next_refresh_at - feed.fetched_at == timedelta(hours=6)
    Feed.objects.update(requested_at=Now(), attempted_at=Now() - timedelta(minutes=1))
    assert due_feeds() == [PROJECTS]


def test_first_accounts_come_from_the_environment_once(db: None, settings: Any) -> None:
    assert not ensure_first_accounts()
    settings.GITHUB_ACCOUNTS = ["example-lab", "ana"]
    settings.GITHUB_CONTRIBUTORS = ["Ana", "luis"]
    assert ensure_first_accounts()
    shown = Account.objects.order_by("pk").values_list(
        "login", "shows_projects", "shows_contributions"
    )
    assert list(shown) == [
        ("example-lab", True, False),
        ("ana", True, True),
        ("luis", False, True),
    ]
    Account.objects.all().delete()
    assert not ensure_first_accounts()
    assert not Account.objects.exists()


def test_failure_at_our_end_is_told_and_changes_nothing(
    github: FakeGitHub, lab: Account, refresh_now: Refresh
) -> None:
    github.repositories["example-lab"] = [repository(1)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE github_project ADD CONSTRAINT full_up CHECK (stars < 0)")
    assert refresh_now(PROJECTS).outcome is Outcome.FAILED
    assert Feed.objects.get(pk=PROJECTS).failure == "internal"
