"""GitHub's pushes: only signed ones count, once, and they are only a reason to ask."""

import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from cms.feeds import CONTRIBUTIONS, PROJECTS
from integrations.github import recent, services
from integrations.github.models import Account, Contribution, Feed, Push
from integrations.github.pages import no_limit
from integrations.github.tasks import refresh_due
from tests.integrations.github.server import FakeGitHub
from tests.integrations.github.world import contribution, repository, user
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

URL = "/api/github/webhook"
SECRET = "a-secret-that-github-has-too"


@pytest.fixture
def secret(settings: Any) -> str:
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    return SECRET


def push(event: str, payload: Any, *, secret: str = SECRET, **headers: Any) -> Any:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
    return Client(raise_request_exception=False).post(
        URL,
        body,
        content_type="application/json",
        headers={"X-GitHub-Event": event, "X-Hub-Signature-256": signature, **headers},
    )


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=refresh_due.name, status="todo").count()


def test_without_a_secret_there_is_nothing(settings: Any) -> None:
    settings.GITHUB_WEBHOOK_SECRET = None
    assert_problem(push("ping", {}), 404)
    assert_problem(Client().get(URL), 404)


def test_what_is_not_signed_by_github_is_refused(
    secret: str, lab: Account, caplog: pytest.LogCaptureFixture
) -> None:
    payload = {"repository": repository(1)}
    assert_problem(push("push", payload, secret="another secret of somebody"), 403)
    for signature in ("", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "ñ"):
        assert_problem(push("push", payload, **{"X-Hub-Signature-256": signature}), 403)
    refusals = [one for one in caplog.records if "signature does not fit" in one.getMessage()]
    assert len(refusals) == 6
    assert not Push.objects.exists()
    assert not Feed.objects.exists()


def test_other_methods_types_and_bodies_are_problems(secret: str) -> None:
    answer = Client().get(URL)
    assert_problem(answer, 405)
    assert answer["Allow"] == "POST, OPTIONS"
    assert_problem(Client().post(URL, {"payload": "{}"}), 415)
    for body in (b"[]", b"{", b"[" * 100_000, b"\xff"):
        assert_problem(push("push", body), 400)


def test_push_has_projects_refreshed_once_however_often_it_comes(secret: str, lab: Account) -> None:
    payload = {"action": "edited", "repository": repository(1, "Example-Lab")}
    first, again = push("repository", payload), push("repository", payload)
    assert (first.status_code, first.json()) == (202, {"status": "accepted"})
    assert (again.status_code, again.json()) == (202, {"status": "known"})
    asked_at = Feed.objects.get(pk=PROJECTS).requested_at
    assert asked_at is not None
    push("star", {**payload, "action": "created"})
    assert Feed.objects.get(pk=PROJECTS).requested_at == asked_at
    assert jobs() == 1


def test_pushes_about_others_change_nothing(secret: str, lab: Account, ana: Account) -> None:
    for event, payload in (
        ("ping", {"zen": "Keep it logically awesome."}),
        ("push", {"repository": repository(1, "somebody-else")}),
        ("push", {"repository": None}),
        ("issues", {"issue": {"user": user("stranger")}}),
        ("issues", {"issue": {"user": {"login": "x\x00y"}}}),
        ("x" * 1000, {"repository": {"owner": {"login": ["example-lab"]}}}),
    ):
        assert push(event, payload).status_code == 202
    assert not Feed.objects.exists()
    assert jobs() == 0


def test_pushed_contribution_is_asked_for_alone(
    secret: str, ana: Account, github: FakeGitHub
) -> None:
    today = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    fresh = contribution(1, title="Just now", updated_at=today)
    github.contributions = [contribution(3), fresh]
    # What the message says is not believed: the title comes from the search.
    payload = {"action": "opened", "pull_request": {"user": user("Ana"), "title": "Lies"}}
    push("pull_request", payload)
    recent.refresh_pushed(no_limit)
    assert github.seen == []
    Push.objects.update(received_at=Now() - timedelta(seconds=20))
    recent.refresh_pushed(no_limit)
    assert list(Contribution.objects.values_list("title", flat=True)) == ["Just now"]
    assert len(github.seen) == 2
    recent.refresh_pushed(no_limit)
    assert len(github.seen) == 2


def test_ten_people_who_press_the_button_get_one_refresh(lab: Account) -> None:
    for _press in range(10):
        services.refresh_now()
    assert jobs() == 1
    assert Feed.objects.filter(requested_at__isnull=False).count() == 2


def test_job_refreshes_what_was_asked_for_and_then_rests(
    lab: Account, ana: Account, github: FakeGitHub
) -> None:
    github.repositories["example-lab"] = [repository(1)]
    services.refresh_now()
    refresh_due(timestamp=0)
    asked = len(github.seen)
    assert asked == 3
    refresh_due(timestamp=0)
    assert len(github.seen) == asked
    assert set(Feed.objects.values_list("name", "requested_at")) == {
        (PROJECTS, None),
        (CONTRIBUTIONS, None),
    }
