"""A real mail server on this machine, and what its refusals mean."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from integrations.mail import channel, transport
from integrations.mail.models import Attempt, Channel
from integrations.mail.progress import AttemptResult, MailStatus
from tests.integrations.mail.conftest import attempt, make_due, queue
from tests.ports import free_port

pytestmark = pytest.mark.django_db


class Handler:
    """Takes everything, unless told to answer otherwise."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], Message]] = []
        self.to_sender = self.to_recipient = self.to_data = ""

    async def handle_MAIL(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.to_sender or "250 OK"

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.to_recipient or "250 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_data:
            return self.to_data
        assert isinstance(envelope.content, bytes)
        self.received.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content)))
        return "250 OK"


def _nobody(*_arguments: object) -> AuthResult:
    return AuthResult(success=False, handled=False)


@pytest.fixture
def server(settings: Any) -> Iterator[Handler]:
    handler, port = Handler(), free_port()
    controller = Controller(
        handler, hostname="127.0.0.1", port=port, authenticator=_nobody, auth_require_tls=False
    )
    settings.EMAIL_PROVIDER = "smtp"
    settings.MAIL_DELIVERY_BACKEND = "integrations.mail.exchange.WatchedSMTPBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    controller.start()
    yield handler
    controller.stop()


def test_mail_arrives_as_it_was_written(server: Handler) -> None:
    mail = attempt(queue(reply_to=None, recipient_name="Ana Rojas"))

    assert mail.status == MailStatus.SENT
    ((recipients, message),) = server.received
    assert recipients == ["ana@example.org"]
    assert message["Message-ID"] == mail.message_id
    assert message["To"] == "Ana Rojas <ana@example.org>"
    assert message["From"] == "Example Lab <cms@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


ANSWERS = {
    "greylisted": ("to_recipient", "450 4.2.0 Greylisted", AttemptResult.TEMPORARY),
    "no such user": ("to_recipient", "550 5.1.1 User unknown", AttemptResult.NO_MAILBOX),
    "moved": ("to_recipient", "551 5.1.6 Moved away", AttemptResult.NO_MAILBOX),
    "unknown sender": ("to_recipient", "550 5.1.8 Sender rejected", AttemptResult.REFUSED),
    "one or the other": ("to_recipient", "550 5.1.0 Rejected", AttemptResult.REJECTED),
    "relay denied": ("to_recipient", "554 5.7.1 Relay access denied", AttemptResult.REJECTED),
    "disk full": ("to_data", "452 4.3.1 Full", AttemptResult.TEMPORARY),
    "spam": ("to_data", "554 5.7.1 Spam", AttemptResult.REJECTED),
    "too large": ("to_sender", "552 5.3.4 Too large", AttemptResult.REJECTED),
    "foreign sender": ("to_sender", "553 5.7.1 Not yours", AttemptResult.REFUSED),
    "no sign-in": ("to_sender", "530 5.7.0 Authentication required", AttemptResult.REFUSED),
}
STATUSES = {
    AttemptResult.TEMPORARY: MailStatus.QUEUED,
    AttemptResult.NO_MAILBOX: MailStatus.BOUNCED,
    AttemptResult.REJECTED: MailStatus.FAILED,
    AttemptResult.REFUSED: MailStatus.QUEUED,
}


@pytest.mark.parametrize("name", list(ANSWERS))
def test_refusals_are_told_apart(server: Handler, name: str) -> None:
    where, words, result = ANSWERS[name]
    setattr(server, where, words)

    mail = attempt(queue())

    made = Attempt.objects.get()
    assert (made.result, made.status) == (result, int(words[:3]))
    assert mail.status == STATUSES[result]
    is_paused = channel.current().state == Channel.State.PAUSED
    assert is_paused == (result == AttemptResult.REFUSED)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("452 4.2.2 Mailbox full", Channel.State.OPEN),
        ("450 4.2.0 Greylisted", Channel.State.OPEN),
        ("451 4.3.0 Lookup failed", Channel.State.RESTING),
        ("450 Not now", Channel.State.RESTING),
    ],
)
def test_one_full_mailbox_does_not_close_the_way(
    server: Handler, words: str, state: Channel.State
) -> None:
    server.to_recipient = words
    mail = queue()
    for _ in range(channel.FAILURES_UNTIL_CLOSED):
        make_due(mail)
        assert attempt(mail).status == MailStatus.QUEUED
    assert channel.current().state == state


def test_wrong_password_pauses_the_way(server: Handler, settings: Any) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "cms", "wrong"
    mail = attempt(queue())
    assert (mail.status, mail.attempts) == (MailStatus.QUEUED, 0)
    assert channel.current().state == Channel.State.PAUSED


def test_missing_encryption_sends_nothing(server: Handler, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    assert attempt(queue()).status == MailStatus.QUEUED
    assert channel.current().state == Channel.State.PAUSED
    assert server.received == []


def test_server_that_is_away_is_tried_again(server: Handler, settings: Any) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    mail = attempt(queue())
    assert Attempt.objects.get().result == AttemptResult.TEMPORARY
    settings.EMAIL_PORT = port
    make_due(mail)
    assert attempt(mail).status == MailStatus.SENT
    assert len(server.received) == 1


def _drip(listening: socket.socket) -> None:
    connected, _peer = listening.accept()
    with connected, suppress(OSError):
        connected.sendall(b"220-")
        while True:
            connected.sendall(b"x")
            time.sleep(0.05)


def test_greeting_that_drips_ends_in_time(
    settings: Any, server: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.EMAIL_PORT = listening.getsockname()[1]
        threading.Thread(target=_drip, args=(listening,), daemon=True).start()
        started = time.monotonic()
        attempt(queue())
    # Without its end the server would go on for ever.
    assert time.monotonic() - started < 20
    assert Attempt.objects.get().result == AttemptResult.TEMPORARY
