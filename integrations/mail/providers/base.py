"""What the providers have in common."""

import json
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cms.secret_links import without_tokens
from integrations.mail.progress import EventKind

SECONDS_BELIEVED = 5 * 60
"""So old, or so far ahead, may be what is signed: whoever has listened cannot send it later."""

_LONGEST_DETAIL = 500


class BadSignatureError(Exception):
    """It does not come from the provider, or not now."""


class MalformedEventsError(ValueError):
    """It comes from the provider, or may, but is not what it says it sends."""


@dataclass(frozen=True)
class Event:
    """One thing told. ``message_ids``: under which the mail may be known, without brackets."""

    event_id: str
    kind: EventKind
    message_ids: tuple[str, ...]
    recipient: str
    detail: str
    occurred_at: datetime


def check_age(timestamp: str, *, now: float | None = None) -> None:
    """Raises `BadSignatureError` if ``timestamp``, in seconds since 1970, is not about now."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadSignatureError
    if abs((time.time() if now is None else now) - int(timestamp)) > SECONDS_BELIEVED:
        raise BadSignatureError


def parse(body: bytes) -> Any:
    """The JSON of ``body``. Raises `MalformedEventsError`.

    Not as strictly as what strangers send: a provider reports hundreds of events at once, quotes
    servers as badly as they write, and takes a refusal as a reason to send all of it again.
    """
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedEventsError from error


def text(values: Mapping[str, Any], *path: str) -> str:
    """The text at ``path`` of nested objects; empty if there is none that is only text."""
    found = _at(values, path)
    return "" if any(_is_control(each) for each in found) else found


def words(values: Mapping[str, Any], *path: str) -> str:
    """As `text`, for people: what is no text in it becomes a blank."""
    found = _at(values, path)
    return " ".join("".join(" " if _is_control(each) else each for each in found).split())


def _is_control(character: str) -> bool:
    return unicodedata.category(character).startswith("C")


def _at(values: Mapping[str, Any], path: Sequence[str]) -> str:
    value: Any = values
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def detail(*parts: str) -> str:
    return without_tokens(" ".join(part for part in parts if part))[:_LONGEST_DETAIL]


def ids(*candidates: str) -> tuple[str, ...]:
    """Message-IDs as they are compared: without brackets, each once."""
    cleaned = (candidate.strip().strip("<>") for candidate in candidates)
    return tuple(dict.fromkeys(each for each in cleaned if each and len(each) <= 318))


def moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)
