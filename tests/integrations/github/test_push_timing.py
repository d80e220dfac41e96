"""Pushes that come while a refresh is under way, or while GitHub is left alone."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from cms.feeds import CONTRIBUTIONS, PROJECTS
from integrations.github import recent, services
from integrations.github.models import Account, Contribution, Feed, Push
from integrations.github.pages import no_limit
from integrations.github.refresh import Outcome, due_feeds, refresh
from integrations.github.tasks import refresh_due
from tests.integrations.github.faults import replies
from tests.integrations.github.server import FakeGitHub
from tests.integrations.github.world import contribution, repository, user

pytestmark = pytest.mark.django_db


def take_push(login: str = "ana") -> None:
    """A message about ana's pull requests and about the lab's repositories, of a while ago."""
    payload = {"pull_request": {"user": user(login)}, "repository": repository(1)}
    body = f"{login} {Push.objects.count()}".encode()
    services.take_push(event="pull_request", body=body, payload=payload)
    Push.objects.update(received_at=Now() - timedelta(seconds=20))


def titles() -> dict[int, str]:
    return dict(Contribution.objects.values_list("number", "title"))


def test_whole_refresh_that_was_half_done_does_not_undo_a_push(
    github: FakeGitHub, ana: Account
) -> None:
    github.contributions = [contribution(number) for number in (1, 2, 3)]
    half = refresh(CONTRIBUTIONS, is_time_up=lambda: len(github.seen) == 1)
    assert half.outcome is Outcome.UNFINISHED
    today = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    changed = contribution(1, title="Just renamed", updated_at=today)
    opened = contribution(5, title="Just opened", updated_at=today, created_at=today)
    github.contributions = [changed, contribution(2), contribution(3), opened]
    take_push()
    recent.refresh_pushed(no_limit)
    assert titles() == {1: "Just renamed", 5: "Just opened"}
    github.forget()
    assert refresh(CONTRIBUTIONS).outcome is Outcome.COMPLETE
    assert titles() == {1: "Just renamed", 2: "Change 2", 3: "Change 3", 5: "Just opened"}
    assert len(github.seen) == 2


def test_project_pushed_during_a_refresh_has_another_one_follow(
    github: FakeGitHub, lab: Account
) -> None:
    github.page_size = 1
    github.repositories["example-lab"] = [repository(1), repository(2)]
    services.refresh_now()
    half = refresh(PROJECTS, is_time_up=lambda: len(github.seen) == 1)
    assert half.outcome is Outcome.UNFINISHED
    github.repositories["example-lab"][1] = repository(2, description="Just changed")
    take_push()
    # The button does not ask for one more: that refresh is its refresh.
    asked_at = Feed.objects.get(pk=PROJECTS).requested_at
    services.refresh_now()
    assert Feed.objects.get(pk=PROJECTS).requested_at == asked_at
    assert refresh(PROJECTS).outcome is Outcome.COMPLETE
    Feed.objects.update(attempted_at=Now() - timedelta(seconds=20))
    assert PROJECTS in due_feeds()
    assert refresh(PROJECTS).outcome is Outcome.COMPLETE
    assert PROJECTS not in due_feeds()


def test_pushes_leave_github_alone_after_a_failure_and_people_do_not(
    github: FakeGitHub, lab: Account, ana: Account
) -> None:
    github.repositories["example-lab"] = [repository(1)]
    github.contributions = [contribution(1)]
    github.faults = [replies(500, {})]
    refresh_due(timestamp=0)
    assert len(github.seen) == 2
    for _push in range(5):
        take_push()
        Feed.objects.update(attempted_at=Now() - timedelta(seconds=20))
        refresh_due(timestamp=0)
    assert len(github.seen) == 2
    # Somebody who has mended it need not wait; but who presses again and again does.
    github.faults = []
    services.refresh_now()
    refresh_due(timestamp=0)
    assert set(Feed.objects.values_list("failure", flat=True)) == {""}
    assert not Push.objects.filter(handled_at=None).exists()
    assert titles() == {1: "Change 1"}


def test_button_after_a_failure_is_one_try_in_some_seconds(
    github: FakeGitHub, lab: Account
) -> None:
    github.faults = [replies(500, {})]
    for _press in range(5):
        services.refresh_now()
        refresh_due(timestamp=0)
    assert len(github.seen) == 1


def test_push_that_github_cannot_tell_about_is_followed_by_a_whole_refresh(
    github: FakeGitHub, ana: Account
) -> None:
    github.contributions = [contribution(1)]
    assert refresh(CONTRIBUTIONS).outcome is Outcome.COMPLETE
    github.faults = [replies(500, {})]
    take_push()
    recent.refresh_pushed(no_limit)
    assert not Push.objects.filter(handled_at=None).exists()
    Feed.objects.update(attempted_at=Now() - timedelta(seconds=20))
    assert due_feeds() == [CONTRIBUTIONS]
