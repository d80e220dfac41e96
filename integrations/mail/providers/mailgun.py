"""Mailgun's webhooks: one event each, with a signature over a time and a token beside it."""

import hmac
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from integrations.mail.progress import EventKind
from integrations.mail.providers.base import (
    BadSignatureError,
    Event,
    MalformedEventsError,
    check_age,
    detail,
    ids,
    moment,
    parse,
    text,
    words,
)

_KINDS = {
    "accepted": EventKind.SENT,
    "delivered": EventKind.DELIVERED,
    "failed": EventKind.BLOCKED,
    "rejected": EventKind.BLOCKED,
    "complained": EventKind.COMPLAINED,
    "unsubscribed": EventKind.UNSUBSCRIBED,
}
_FAILED = {
    "bounce": EventKind.BOUNCED,
    "suppress-bounce": EventKind.BOUNCED,
    "suppress-complaint": EventKind.COMPLAINED,
    "suppress-unsubscribe": EventKind.UNSUBSCRIBED,
}


def verify(body: bytes, _headers: Mapping[str, str], key: str) -> None:
    """Raises `BadSignatureError` and `MalformedEventsError`. ``key``: the webhook signing key."""
    told = _object(body)
    timestamp, token = text(told, "signature", "timestamp"), text(told, "signature", "token")
    expected = hmac.new(key.encode(), f"{timestamp}{token}".encode(), sha256).hexdigest()
    given = text(told, "signature", "signature")
    if not token or not hmac.compare_digest(given.encode(), expected.encode()):
        raise BadSignatureError
    check_age(timestamp)


def events(body: bytes) -> Iterator[Event]:
    """The one event, if it is about what became of a mail."""
    told = _object(body)
    values = told.get("event-data")
    if not isinstance(values, dict):
        raise MalformedEventsError
    kind = _kind(values)
    if kind is not None:
        yield Event(
            # Mailgun's own id is promised to be unique for a day only.
            event_id=text(told, "signature", "token"),
            kind=kind,
            message_ids=ids(
                text(values, "user-variables", "lab_cms_mail"),
                text(values, "message", "headers", "message-id"),
            ),
            recipient=text(values, "recipient"),
            detail=detail(
                text(values, "delivery-status", "code"),
                words(values, "delivery-status", "message")
                or words(values, "delivery-status", "description")
                or words(values, "reject", "reason"),
            ),
            occurred_at=moment(text(values, "timestamp")),
        )


def _kind(values: Mapping[str, Any]) -> EventKind | None:
    kind = _KINDS.get(text(values, "event"))
    if text(values, "event") == "failed":
        if text(values, "severity") == "temporary":
            return EventKind.DEFERRED
        return _FAILED.get(text(values, "reason"), kind)
    return kind


def _object(body: bytes) -> dict[str, Any]:
    told = parse(body)
    if not isinstance(told, dict):
        raise MalformedEventsError
    return told
