"""GitHub's items as ours: plain text of limited length, http(s) links, numbers that are numbers.

What GitHub documents is not always what it answers, and what people write there is anything. An
item that lacks something essential is a `BadItemError`; whatever else is wrong is left empty.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.utils.dateparse import parse_datetime

from cms.api.words import folded_words
from integrations.github.models.contributions import Contribution

_MOST_TOPICS = 20
_MOST_LABELS = 20
_HIGHEST = 2**31 - 1
_HIGHEST_ID = 2**63 - 1
# Git counts from 1970. At the ends of the calendar a time has no equal in other zones.
_YEARS = range(1970, 2200)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
# Control characters, lone surrogates, and marks that turn the direction of the text around them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]+")

Item = dict[str, Any]
Filled = TypeVar("Filled", str, int)


class BadItemError(ValueError):
    """An item that cannot be shown."""


def project(raw: Any) -> Item | None:
    """Columns of a `Project`, times as text; ``None`` for what is not public."""
    raw = _mapping(raw)
    if raw.get("private") is True or raw.get("visibility", "public") != "public":
        return None
    if raw.get("private") is not False:
        raise BadItemError
    item: Item = {
        "github_id": _id(raw),
        "owner": _matching(_LOGIN, _mapping(raw.get("owner")).get("login")),
        "name": _matching(_NAME, raw.get("name")),
        "description": _text(raw.get("description"), 1000),
        "html_url": _required(_link(raw.get("html_url"))),
        "homepage": _link(raw.get("homepage")),
        "language": _text(raw.get("language"), 60),
        "topics": _texts(raw.get("topics"), _MOST_TOPICS, 50),
        "stars": _count(raw.get("stargazers_count")),
        "forks": _count(raw.get("forks_count")),
        "open_issues": _count(raw.get("open_issues_count")),
        "license": _license(raw.get("license")),
        "is_archived": raw.get("archived") is True,
        "is_fork": raw.get("fork") is True,
        "created_at": _required(_instant(raw.get("created_at"))),
        "pushed_at": _instant(raw.get("pushed_at")),
    }
    return item


def search_text(item: Mapping[str, Any]) -> str:
    """What /api/projects searches: folded words, each with a blank before it."""
    parts = [item["owner"], item["name"], item["description"], item["language"], *item["topics"]]
    return "".join(f" {word}" for word in folded_words(" ".join(parts)))


def contribution(raw: Any) -> Item | None:
    """Columns of a `Contribution`, times as text; ``None`` for what a program has opened."""
    raw = _mapping(raw)
    user = _mapping(raw.get("user"))
    author = _matching(_LOGIN, user.get("login"))
    if user.get("type") == "Bot" or author.endswith("[bot]"):
        return None
    repository = _repository(raw.get("repository_url"))
    pull_request = raw.get("pull_request")
    merged_at = _instant(pull_request.get("merged_at")) if isinstance(pull_request, dict) else None
    kind = Contribution.Type.PULL_REQUEST if pull_request else Contribution.Type.ISSUE
    item: Item = {
        "github_id": _id(raw),
        "type": kind.value,
        "state": _state(raw.get("state"), merged_at),
        "repository": repository,
        "repository_key": repository.lower(),
        "number": _required(_count(raw.get("number"))),
        "title": _required(_text(raw.get("title"), 300)),
        "html_url": _required(_link(raw.get("html_url"))),
        "author": author,
        "author_key": author.lower(),
        "author_avatar_url": _link(user.get("avatar_url")),
        "author_html_url": _required(_link(user.get("html_url"))),
        "labels": _labels(raw.get("labels")),
        "comments": _count(raw.get("comments")),
        "created_at": _required(_instant(raw.get("created_at"))),
        "closed_at": _instant(raw.get("closed_at")),
        "merged_at": merged_at,
    }
    return item


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadItemError
    return value


def _required(value: Filled | None) -> Filled:
    if not value:
        raise BadItemError
    return value


def _id(raw: Mapping[str, Any]) -> int:
    value = raw.get("id")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _HIGHEST_ID:
        raise BadItemError
    return value


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadItemError
    return value


def _repository(url: Any) -> str:
    """``owner/name`` out of the address of a repository in the API."""
    owner, _slash, name = str(url).partition("/repos/")[2].partition("/")
    return f"{_matching(_LOGIN, owner)}/{_matching(_NAME, name)}"


def _text(value: Any, length: int) -> str:
    if not isinstance(value, str):
        return ""
    # Cut first: a megabyte is not worth cleaning.
    cleaned = _UNSEEN.sub(" ", value[: 4 * length]).strip()
    return cleaned if len(cleaned) <= length else f"{cleaned[: length - 1].rstrip()}…"


def _texts(values: Any, most: int, length: int) -> list[str]:
    found = [_text(value, length) for value in values] if isinstance(values, list) else []
    return [text for text in dict.fromkeys(found) if text][:most]


def _labels(values: Any) -> list[str]:
    """Names of labels, which GitHub gives as objects and, in old answers, as texts."""
    labels = values if isinstance(values, list) else []
    names = [label.get("name") if isinstance(label, dict) else label for label in labels]
    return _texts(names, _MOST_LABELS, 100)


def _link(value: Any) -> str:
    """An http or https address without a password in it, or nothing."""
    if not isinstance(value, str) or len(value) > 500 or re.search(r"[\s<>\"\\^`{|}]", value):
        return ""
    if _UNSEEN.search(value):
        return ""
    try:
        parts = urlsplit(value)
        is_fine = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
    except ValueError:
        return ""
    return value if is_fine else ""


def _count(value: Any) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), _HIGHEST) if is_number else 0


def _license(value: Any) -> str:
    identifier = _text(value.get("spdx_id"), 60) if isinstance(value, dict) else ""
    return "" if identifier == "NOASSERTION" else identifier


def _state(value: Any, merged_at: str | None) -> str:
    if merged_at:
        return Contribution.State.MERGED.value
    if value not in (Contribution.State.OPEN, Contribution.State.CLOSED):
        raise BadItemError
    return str(value)


def _instant(value: Any) -> str | None:
    """An instant in UTC as ISO 8601, or nothing."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) and len(value) < 40 else None
        if moment is None or moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat() if moment.year in _YEARS else None
