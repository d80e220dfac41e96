"""SendGrid's signed event webhook: a list of events, signed by ECDSA over the whole body."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

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

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

_KINDS = {
    "processed": EventKind.SENT,
    "deferred": EventKind.DEFERRED,
    "delivered": EventKind.DELIVERED,
    "bounce": EventKind.BOUNCED,
    "dropped": EventKind.BLOCKED,
    "spamreport": EventKind.COMPLAINED,
    "unsubscribe": EventKind.UNSUBSCRIBED,
    "group_unsubscribe": EventKind.UNSUBSCRIBED,
}
# Why SendGrid itself has not even tried.
_DROPPED = {
    "bounced address": EventKind.BOUNCED,
    "invalid": EventKind.BOUNCED,
    "spam reporting address": EventKind.COMPLAINED,
    "unsubscribed address": EventKind.UNSUBSCRIBED,
}


def verify(body: bytes, headers: Mapping[str, str], key: str) -> None:
    """Raises `BadSignatureError`. ``key``: the public key in base64, as SendGrid shows it."""
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    verify_signature(body, timestamp, headers.get(SIGNATURE_HEADER, ""), key)
    check_age(timestamp)


def verify_signature(body: bytes, timestamp: str, signature: str, key: str) -> None:
    """As `verify`, of any time."""
    try:
        public_key = load_der_public_key(base64.b64decode(key, validate=True))
        if not isinstance(public_key, EllipticCurvePublicKey):
            raise BadSignatureError
        signed = timestamp.encode() + body
        public_key.verify(base64.b64decode(signature, validate=True), signed, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise BadSignatureError from error


def events(body: bytes) -> Iterator[Event]:
    """What is told of mails; opening and clicking are not."""
    told = parse(body)
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise MalformedEventsError
    for each in told:
        kind = _kind(each)
        if kind is not None:
            yield _event(each, kind)


def _kind(told: Mapping[str, Any]) -> EventKind | None:
    kind = _KINDS.get(text(told, "event"))
    if kind == EventKind.BOUNCED and text(told, "type") == "blocked":
        # For now, or because of what was in it: the mailbox may well be there.
        return EventKind.BLOCKED
    if kind == EventKind.BLOCKED:
        return _DROPPED.get(text(told, "reason").lower(), kind)
    return kind


def _event(told: Mapping[str, Any], kind: EventKind) -> Event:
    event_id = text(told, "sg_event_id")
    return Event(
        event_id=event_id or repr(sorted(told.items(), key=str)),
        kind=kind,
        message_ids=ids(text(told, "lab_cms_mail"), text(told, "smtp-id")),
        recipient=text(told, "email"),
        detail=detail(text(told, "status"), words(told, "reason") or words(told, "response")),
        occurred_at=moment(text(told, "timestamp")),
    )
