"""A provider or a Redis that hangs makes no visitor wait, and costs no message."""

import json
import threading
import time
from pathlib import Path

from django.test import Client

from integrations.contact.models import ContactMessage
from integrations.mail.models import OutgoingMail
from tests.chaos.mail_rounds import forget_everything, nothing_waits, sent_by, worker
from tests.cms.http.conftest import LiveServer, running_server
from tests.cms.http.response_cache.conftest import RedisServer, redis_server
from tests.cms.ops.conftest import wait_until
from tests.integrations.contact.conftest import MESSAGE, post
from tests.integrations.mail.providers import sendgrid

__all__ = ["redis_server"]

MESSAGES = 24
# Of a busy machine; who waited for what hangs would wait until it goes on.
BEARABLE_SECONDS = 20


def test_messages_are_taken_while_the_provider_hangs(committed_database: str) -> None:
    forget_everything()
    is_over = threading.Event()
    with sendgrid() as provider, worker(committed_database, provider):
        provider.before_answer = lambda _connection: is_over.wait() and None
        for number in range(MESSAGES):
            started = time.monotonic()
            answer = post(MESSAGE, client=Client(REMOTE_ADDR=f"198.51.100.{number}"))
            assert answer.status_code == 201
            assert time.monotonic() - started < BEARABLE_SECONDS
        wait_until(lambda: bool(provider.connections), "nothing was sent")
        assert not OutgoingMail.objects.filter(state=OutgoingMail.State.DONE).exists()
        is_over.set()
        wait_until(nothing_waits, "mails are left")
        sent = sent_by(provider)
    assert (sent.mails, sent.lost, sent.doubles, sent.strangers) == (MESSAGES, 0, 0, 0)
    assert ContactMessage.objects.count() == MESSAGES


def test_nobody_waits_for_a_redis_that_hangs(
    committed_database: str, redis_server: RedisServer, tmp_path: Path
) -> None:
    forget_everything()
    message = request("POST /api/contact", json.dumps(MESSAGE).encode())
    event_list = request("GET /api/v2/events/")
    with running_server(
        tmp_path / "log",
        committed_database,
        DJANGO_SETTINGS_MODULE="cms.settings.development",
        REDIS_URL=redis_server.url,
    ) as server:
        assert server.exchange(message).startswith(b"HTTP/1.1 201")
        assert redis_server.client.keys("cms-attempts*")
        redis_server.hang()
        answers = [seconds(server, message) for _ in range(3)]
        lists = [seconds(server, event_list) for _ in range(2)]
    assert [status for status, _seconds in answers] == [201, 201, 429]
    assert [status for status, _seconds in lists] == [200, 200]
    assert max(taken for _status, taken in answers + lists) < BEARABLE_SECONDS


def request(target: str, body: bytes = b"") -> bytes:
    lines = [f"{target} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def seconds(server: LiveServer, sent: bytes) -> tuple[int, float]:
    started = time.monotonic()
    answer = server.exchange(sent)
    return int(answer[9:12]), time.monotonic() - started
