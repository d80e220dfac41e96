"""What a message of GitHub's is about, and what is gone with it."""

from collections.abc import Mapping
from typing import Any

from cms.feeds import CONTRIBUTIONS, PROJECTS
from integrations.github import removal
from integrations.github.models import Account

Payload = Mapping[str, Any]

_CONTRIBUTION_EVENTS = {"issues": "issue", "pull_request": "pull_request"}
_PROJECT_EVENTS = frozenset(
    ("create", "delete", "fork", "issues", "public", "pull_request", "push", "repository", "star")
)
_NOT_PUBLIC = frozenset(("deleted", "privatized"))
_NOT_THERE = frozenset(("deleted", "transferred"))
# With these, contributions come or go or stand under another name, whoever opened them.
_ABOUT_CONTRIBUTIONS = frozenset((*_NOT_PUBLIC, "publicized", "renamed", "transferred"))


def contributor(event: str, payload: Payload) -> str:
    """The configured person whose pull request or issue it is, in lower case, or nothing."""
    login = _login(_subject(event, payload).get("user"))
    people = Account.objects.filter(shows_contributions=True, login__iexact=login)
    return login if login and people.exists() else ""


def feeds(event: str, payload: Payload) -> list[str]:
    """The lists that have to be refreshed."""
    found = []
    owners = (_owner(payload), _former_owner(event, payload))
    if event in _PROJECT_EVENTS and any(map(_is_ours, owners)):
        found.append(PROJECTS)
    is_known_otherwise = event == "repository" and _action(payload) in _ABOUT_CONTRIBUTIONS
    if (event == "public" or is_known_otherwise) and _has_contributors():
        found.append(CONTRIBUTIONS)
    return found


def take_away_what_is_gone(event: str, payload: Payload) -> None:
    """What is not public, not there or not ours any more is not shown until GitHub is asked."""
    action = _action(payload)
    github_id = _whole_number(_mapping(payload, "repository").get("id"), 2**63)
    if event == "repository" and github_id:
        if action in _NOT_PUBLIC:
            removal.take_away_repository(github_id, _full_name(payload))
        elif _is_ours(_former_owner(event, payload)):
            is_kept = _is_ours(_owner(payload))
            (removal.forget_owner if is_kept else removal.take_away_project)(github_id)
    number = _whole_number(_subject(event, payload).get("number"), 2**31)
    if number and action in _NOT_THERE and contributor(event, payload):
        removal.take_away_contribution(_full_name(payload), number)


def _action(payload: Payload) -> str:
    action = payload.get("action")
    return action if isinstance(action, str) else ""


def _subject(event: str, payload: Payload) -> Payload:
    return _mapping(payload, _CONTRIBUTION_EVENTS.get(event, ""))


def _owner(payload: Payload) -> str:
    return _login(_mapping(payload, "repository").get("owner"))


def _former_owner(event: str, payload: Payload) -> str:
    if event != "repository" or _action(payload) != "transferred":
        return ""
    former = _mapping(_mapping(_mapping(payload, "changes"), "owner"), "from")
    return _login(former.get("organization")) or _login(former.get("user"))


def _full_name(payload: Payload) -> str:
    name = _mapping(payload, "repository").get("name")
    return f"{_owner(payload)}/{name if isinstance(name, str) and name.isprintable() else ''}"


def _is_ours(login: str) -> bool:
    accounts = Account.objects.filter(shows_projects=True, login__iexact=login)
    return bool(login) and accounts.exists()


def _has_contributors() -> bool:
    return Account.objects.filter(shows_contributions=True).exists()


def _mapping(payload: Payload, name: str) -> Payload:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}


def _whole_number(value: Any, end: int) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value < end else 0


def _login(user: Any) -> str:
    login = user.get("login") if isinstance(user, dict) else None
    # Longer ones, and those with a NUL in them, are nobody's.
    if not isinstance(login, str) or len(login) > 100:
        return ""
    return login.lower() if login.isascii() and login.isprintable() else ""
