"""Mail as in production: every mail is queued first, and sent to a provider on this machine."""

import base64
import hmac
import json
import secrets
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from integrations.mail import delivery
from integrations.mail.models import OutgoingMail
from integrations.mail.outbox import Content, enqueue
from integrations.mail.providers.sendgrid import SIGNATURE_HEADER, TIMESTAMP_HEADER
from integrations.mail.services import parse_address
from tests.integrations.mail.providers import Provider, mailgun, sendgrid

MAILGUN_KEY = "key-for-signing"
Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def _queueing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "integrations.mail.backend.QueueingEmailBackend"
    settings.DEFAULT_FROM_EMAIL = settings.SERVER_EMAIL = "Example Lab <cms@example.org>"


def choose(settings: Any, provider: Provider, name: str, **values: str) -> None:
    """Have mail leave by ``provider``, as the settings do."""
    settings.EMAIL_PROVIDER = name
    settings.MAIL_DELIVERY_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.ANYMAIL = {
        f"{name.upper()}_API_KEY": provider.key,
        f"{name.upper()}_API_URL": provider.url,
        "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
        **values,
    }


@pytest.fixture
def sendgrid_server(settings: Any) -> Iterator[Provider]:
    with sendgrid() as provider:
        choose(settings, provider, "sendgrid")
        yield provider


@pytest.fixture
def mailgun_server(settings: Any) -> Iterator[Provider]:
    with mailgun() as provider:
        choose(settings, provider, "mailgun", MAILGUN_SENDER_DOMAIN="example.org")
        yield provider


def queue(to: str = "ana@example.org", **values: Any) -> OutgoingMail:
    content = Content(subject="Hello", text="Good day,\nhow are you?", html="<p>Good day</p>")
    return enqueue(recipient=parse_address(to), content=content, **values)


def attempt(mail: OutgoingMail, **options: Any) -> OutgoingMail:
    """What the worker does with a mail that is due; answers its new state."""
    claimed = OutgoingMail.objects.claim(row_id=mail.pk, job_id=None)
    assert claimed is not None, "not due"
    delivery.deliver(claimed, **options)
    return OutgoingMail.objects.get(pk=mail.pk)


def make_due(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at="2026-01-01T00:00:00Z")


@pytest.fixture
def mailgun_events(client: Client, settings: Any) -> Post:
    """Post an event as Mailgun does, signed; ``changes`` after signing."""
    settings.MAILGUN_WEBHOOK_SIGNING_KEY = MAILGUN_KEY

    def post(values: object, *, age: float = 0, token: str = "", **changes: str) -> Any:
        timestamp = str(int(time.time() - age))
        token = token or secrets.token_hex(25)
        signed = hmac.new(MAILGUN_KEY.encode(), f"{timestamp}{token}".encode(), sha256)
        signature = {"timestamp": timestamp, "token": token, "signature": signed.hexdigest()}
        body = {"signature": {**signature, **changes}, "event-data": values}
        return client.post(
            "/api/email/events/mailgun", json.dumps(body), content_type="application/json"
        )

    return post


@pytest.fixture
def sendgrid_events(client: Client, settings: Any) -> Post:
    """Post events as SendGrid does, signed; ``body`` replaces what was signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    settings.SENDGRID_WEBHOOK_KEY = base64.b64encode(public).decode()

    def post(events: object, *, age: float = 0, body: bytes | None = None) -> Any:
        content = json.dumps(events).encode() + b"\r\n"
        timestamp = str(int(time.time() - age))
        signature = key.sign(timestamp.encode() + content, ec.ECDSA(SHA256()))
        return client.post(
            "/api/email/events/sendgrid",
            content if body is None else body,
            content_type="application/json",
            headers={
                SIGNATURE_HEADER: base64.b64encode(signature).decode(),
                TIMESTAMP_HEADER: timestamp,
            },
        )

    return post


@pytest.fixture
def sent(sendgrid_server: Provider) -> OutgoingMail:
    return attempt(queue())


def told(mail: OutgoingMail, event: str, **values: Any) -> dict[str, Any]:
    """An event of SendGrid about ``mail``."""
    return {
        "event": event,
        "email": mail.recipient,
        "lab_cms_mail": mail.message_id.strip("<>"),
        "sg_event_id": f"{event}-{secrets.token_hex(8)}",
        "timestamp": int(time.time()),
        **values,
    }
