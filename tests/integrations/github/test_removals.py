"""Pushes that say that something is gone: it is away at once, and no failure."""

from typing import Any

import pytest

from cms.feeds import CONTRIBUTIONS, PROJECTS
from integrations.github.models import Account, Feed, StoredPage
from integrations.github.refresh import Outcome, refresh
from integrations.webhooks.models import Message
from integrations.webhooks.services import add_endpoint
from tests.contract.openapi import ApiClient
from tests.integrations.github.server import FakeGitHub
from tests.integrations.github.test_pushes import push, secret
from tests.integrations.github.world import contribution, repository, user

__all__ = ["secret"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("secret")]

API = "https://api.github.com"
TOOL_1 = f"{API}/repos/example-lab/tool-1"


@pytest.fixture
def filled(github: FakeGitHub, lab: Account, ana: Account) -> FakeGitHub:
    """Two repositories, and contributions of ana's to the first and to another one."""
    github.repositories["example-lab"] = [repository(1), repository(2)]
    github.contributions = [
        contribution(1),
        contribution(2, repository_url=TOOL_1),
        contribution(3, repository_url=TOOL_1),
    ]
    refresh_all()
    return github


def refresh_all() -> None:
    for name in Feed.Name.values:
        assert refresh(name).outcome is Outcome.COMPLETE


def projects(api: ApiClient) -> list[str]:
    return [item["full_name"] for item in api.get("/api/projects").json()["items"]]


def numbers(api: ApiClient, query: str = "") -> list[int]:
    return sorted(item["number"] for item in api.get(f"/api/contributions{query}").json()["items"])


def requested() -> set[str]:
    return set(Feed.objects.filter(requested_at__isnull=False).values_list("name", flat=True))


def say(action: str, number: int = 1, owner: str = "example-lab", **values: Any) -> None:
    payload = {"action": action, "repository": repository(number, owner), **values}
    assert push("repository", payload).status_code == 202


@pytest.mark.parametrize("action", ["privatized", "deleted"])
def test_repository_that_is_not_public_any_more_is_away_with_its_contributions(
    action: str, filled: FakeGitHub, api: ApiClient
) -> None:
    add_endpoint(url="https://www.example.org/hook")
    filled.forget()
    say(action)
    assert projects(api) == ["example-lab/tool-2"]
    assert api.get("/api/projects/example-lab/tool-1").status_code == 404
    assert numbers(api, "?repository=Example-Lab/Tool-1") == []
    assert numbers(api) == [1]
    told = Message.objects.order_by("pk").values_list("type", flat=True)
    assert list(told) == ["projects.updated", "contributions.updated"]
    # Nobody had to be asked, but is, since messages may come in another order than was sent.
    assert filled.seen == []
    assert requested() == {PROJECTS, CONTRIBUTIONS}
    refresh_all()
    assert projects(api) == ["example-lab/tool-2", "example-lab/tool-1"]
    assert numbers(api) == [1, 2, 3]


def test_last_repository_may_go_and_the_empty_list_is_no_failure(
    github: FakeGitHub, lab: Account, ana: Account, api: ApiClient
) -> None:
    github.repositories["example-lab"] = [repository(1), repository(2, fork=True)]
    github.contributions = [contribution(2, repository_url=TOOL_1)]
    refresh_all()
    github.repositories["example-lab"] = []
    github.contributions = []
    say("privatized")
    # That nothing is left of the other one is not explained yet.
    assert refresh(PROJECTS).outcome is Outcome.FAILED
    assert refresh(CONTRIBUTIONS).outcome is Outcome.COMPLETE
    github.repositories["example-lab"] = [repository(2, fork=True)]
    refresh_all()
    github.repositories["example-lab"] = []
    say("deleted", 2)
    refresh_all()
    assert projects(api) == []
    assert not StoredPage.objects.exclude(items=[]).exists()


def test_empty_list_that_came_before_its_explanation_is_believed_after_it(
    github: FakeGitHub, lab: Account, api: ApiClient
) -> None:
    github.repositories["example-lab"] = [repository(1)]
    refresh_all()
    github.repositories["example-lab"] = []
    assert refresh(PROJECTS).outcome is Outcome.FAILED
    assert projects(api) == ["example-lab/tool-1"]
    say("privatized")
    assert projects(api) == []
    assert refresh(PROJECTS).outcome is Outcome.COMPLETE


def test_refresh_under_way_does_not_bring_back_what_is_gone(
    filled: FakeGitHub, api: ApiClient
) -> None:
    for name in Feed.Name.values:
        # When the run has the answer in its hands.
        result = refresh(name, on_request=lambda name=name: say("deleted", hook=name))
        assert result.outcome is Outcome.BUSY
        assert projects(api) == ["example-lab/tool-2"]
        assert numbers(api) == [1]
    filled.repositories["example-lab"].pop(0)
    del filled.contributions[1:]
    refresh_all()
    assert projects(api) == ["example-lab/tool-2"]


@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_issue_that_is_gone_is_away_alone(action: str, filled: FakeGitHub, api: ApiClient) -> None:
    payload = {
        "action": action,
        "issue": {"number": 2, "user": user("Ana")},
        "repository": repository(1, "Example-Lab"),
    }
    push("issues", payload)
    assert numbers(api) == [1, 3]
    filled.contributions = []
    # One of three is explained, and not the others.
    assert refresh(CONTRIBUTIONS).outcome is Outcome.FAILED
    assert numbers(api) == [1, 3]


def test_last_issue_may_be_deleted(github: FakeGitHub, ana: Account, api: ApiClient) -> None:
    github.contributions = [contribution(2)]
    refresh_all()
    github.contributions = []
    payload = {
        "action": "deleted",
        "issue": {"number": 2, "user": user("ana")},
        "repository": repository(9, "django", name="django"),
    }
    push("issues", payload)
    assert numbers(api) == []
    refresh_all()


def test_repository_that_is_given_away_is_away(filled: FakeGitHub, api: ApiClient) -> None:
    former = {"owner": {"from": {"organization": user("Example-Lab")}}}
    say("transferred", 1, "somebody-else", changes=former)
    assert projects(api) == ["example-lab/tool-2"]
    # The contributions to it are as public as before, under another name.
    assert numbers(api) == [1, 2, 3]
    assert requested() == {PROJECTS, CONTRIBUTIONS}
    say("transferred", 2, "somebody-else", changes={"owner": {"from": {"user": user("x")}}})
    assert projects(api) == ["example-lab/tool-2"]


def test_repository_that_moves_among_our_accounts_stays(filled: FakeGitHub, api: ApiClient) -> None:
    Account.objects.bulk_create([Account(login="other-lab")])
    filled.repositories["other-lab"] = [repository(number, "other-lab") for number in (1, 2)]
    filled.repositories["example-lab"] = []
    for number in (1, 2):
        former = {"owner": {"from": {"organization": user("example-lab")}}}
        say("transferred", number, "other-lab", changes=former)
    assert projects(api) == ["example-lab/tool-2", "example-lab/tool-1"]
    assert refresh(PROJECTS).outcome is Outcome.COMPLETE
    assert projects(api) == ["other-lab/tool-2", "other-lab/tool-1"]


@pytest.mark.parametrize(
    ("action", "lists"),
    [
        ("archived", {PROJECTS}),
        ("edited", {PROJECTS}),
        ("renamed", {PROJECTS, CONTRIBUTIONS}),
        ("publicized", {PROJECTS, CONTRIBUTIONS}),
    ],
)
def test_what_else_happens_to_a_repository_is_asked_for(
    action: str, lists: set[str], filled: FakeGitHub, api: ApiClient
) -> None:
    say(action)
    assert requested() == lists
    assert len(projects(api)) == 2


def test_senseless_messages_take_nothing_away(filled: FakeGitHub, api: ApiClient) -> None:
    for event, payload in (
        ("repository", {"action": "deleted", "repository": {"id": "1", "owner": None}}),
        ("repository", {"action": "deleted", "repository": {"id": 2**63, "name": "x\x00"}}),
        ("repository", {"action": "deleted", "repository": {"id": True, "name": ["x"]}}),
        ("repository", {"action": ["deleted"], "repository": repository(1)}),
        ("repository", {"action": "transferred", "repository": repository(1), "changes": []}),
        ("issues", {"action": "deleted", "issue": {"number": 2**31, "user": user("ana")}}),
        ("issues", {"action": "deleted", "issue": {"number": 2, "user": user("stranger")}}),
    ):
        assert push(event, payload).status_code == 202
    assert len(projects(api)) == 2
    assert numbers(api) == [1, 2, 3]
