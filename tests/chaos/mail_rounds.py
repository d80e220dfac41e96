"""Contact messages while the mail provider hangs, and mail workers that are killed.

A real web server, real workers, and a SendGrid on this machine.
"""

import http.client
import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from home.setup import prepare_site
from integrations.contact.models import ContactMessage, ContactSettings
from integrations.mail.models import Channel, OutgoingMail
from integrations.mail.outbox import Content, enqueue
from integrations.mail.services import parse_address
from tests.chaos.worker_rounds import kill, say, start_worker, wait_until
from tests.cms.http.conftest import LiveServer, running_server
from tests.integrations.mail.providers import Provider, json_of, sendgrid
from tests.integrations.webhooks.receiver import Behaviour

CLIENTS = 8
THREADS_OF_THE_MAIL_LANE = 4
LONGEST_POST_SECONDS = 60


@dataclass
class Posts:
    """What was answered to messages, and after how many milliseconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{dict(self.statuses)}, median {self.median:.0f} ms, p99 {self.p99:.0f} ms"

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.milliseconds, n=100, method="inclusive")[98]


@dataclass(frozen=True)
class Sent:
    """What the provider took of the mails that there are."""

    mails: int
    lost: int
    doubles: int
    strangers: int
    """With a Message-ID that no mail has: a mail that was sent again as another one."""

    def __str__(self) -> str:
        return (
            f"{self.mails} mails, lost {self.lost}, doubles {self.doubles}, "
            f"under another Message-ID {self.strangers}"
        )


def sent_by(provider: Provider) -> Sent:
    taken = Counter(json_of(each)["headers"]["Message-ID"] for each in provider.accepted)
    written = set(OutgoingMail.objects.values_list("message_id", flat=True))
    return Sent(
        mails=len(written),
        lost=len(written - taken.keys()),
        doubles=sum(taken.values()) - len(taken),
        strangers=len(taken.keys() - written),
    )


def hanging(is_over: threading.Event) -> Behaviour:
    """Says nothing until ``is_over``, then hangs up."""

    def wait(_connection: Any) -> None:
        is_over.wait()

    return wait


@contextmanager
def worker(database_url: str, provider: Provider) -> Iterator[None]:
    process = start_mail_worker(database_url, provider)
    try:
        yield
    finally:
        kill(process)


def start_mail_worker(database_url: str, provider: Provider) -> Any:
    return start_worker(
        database_url,
        DJANGO_SETTINGS_MODULE="cms.settings.development",
        EMAIL_PROVIDER="sendgrid",
        SENDGRID_API_KEY=provider.key,
        SENDGRID_API_URL=provider.url,
        DEFAULT_FROM_EMAIL="cms@example.org",
    )


def web_server(folder: Path, database_url: str) -> AbstractContextManager[LiveServer]:
    """Believes whom `X-Forwarded-For` names, so that every message has a client of its own."""
    return running_server(
        folder / "log",
        database_url,
        DJANGO_SETTINGS_MODULE="cms.settings.development",
        TRUSTED_PROXY_COUNT="1",
    )


def post_messages(port: int, number: int) -> Posts:
    """So many messages by a few connections at once, each of another client."""
    posts = Posts()
    lock = threading.Lock()

    def post(index: int) -> None:
        body = {"name": "Ana", "email": f"ana{index}@example.org", "message": f"Number {index}"}
        client = f"198.18.{index // 250 % 250}.{index % 250}"
        headers = {"Host": "localhost", "Content-Type": "application/json"}
        started = time.monotonic()
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_POST_SECONDS)
        try:
            asked.request(
                "POST", "/api/contact", json.dumps(body), {**headers, "X-Forwarded-For": client}
            )
            status = asked.getresponse().status
        finally:
            asked.close()
        with lock:
            posts.statuses[status] += 1
            posts.milliseconds.append((time.monotonic() - started) * 1000)

    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(post, range(number)))
    assert set(posts.statuses) == {HTTPStatus.CREATED}, posts
    return posts


def nothing_waits() -> bool:
    return not OutgoingMail.objects.exclude(state=OutgoingMail.State.DONE).exists()


def forget_everything() -> None:
    for model in (OutgoingMail, Channel, ContactMessage):
        model._default_manager.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_workers, cms_acceptedrequest CASCADE"
        )
    settings = ContactSettings.load()
    settings.recipients = "team@example.org"
    settings.save()


def write_while_provider_works(port: int, database_url: str, *, number: int) -> tuple[Posts, Sent]:
    """Messages as on any day, to compare with."""
    with sendgrid() as provider, worker(database_url, provider):
        posts = post_messages(port, number)
        wait_until(nothing_waits, "mails are left")
        return posts, sent_by(provider)


def write_while_provider_hangs(
    port: int, database_url: str, *, number: int
) -> tuple[Posts, Sent, float]:
    """Messages while nothing leaves, and the seconds until all have left after it is back."""
    is_over = threading.Event()
    with sendgrid() as provider, worker(database_url, provider):
        provider.fail(*[hanging(is_over)] * THREADS_OF_THE_MAIL_LANE)
        posts = post_messages(port, number)
        wait_until(
            lambda: provider.connections >= min(number, THREADS_OF_THE_MAIL_LANE), "nothing is sent"
        )
        assert not provider.accepted
        is_over.set()
        started = time.monotonic()
        wait_until(nothing_waits, "mails are left")
        return posts, sent_by(provider), time.monotonic() - started


def send_with_killed_workers(database_url: str, *, mails: int, kills: int) -> Sent:
    """Two workers at a time, killed at random moments; then one finishes what is left."""

    def take_time(_connection: Any) -> None:
        time.sleep(random.uniform(0.0, 0.3))  # noqa: S311

    with sendgrid() as provider:
        provider.before_answer = take_time
        for index in range(mails):
            content = Content(subject="Hello", text=f"Number {index}")
            enqueue(recipient=parse_address(f"person{index}@example.org"), content=content)
        for _number in range(kills):
            running = [start_mail_worker(database_url, provider) for _worker in range(2)]
            time.sleep(random.uniform(0.0, 1.0))  # noqa: S311
            for process in running:
                kill(process)
        with worker(database_url, provider):
            wait_until(nothing_waits, "mails are left")
        return sent_by(provider)


def run(*, messages: int, mails: int, kills: int) -> int:
    """1 if a message or mail was lost, doubled without a kill, or sent under another name."""
    url = os.environ["DATABASE_URL"]
    call_command("migrate", run_syncdb=True, verbosity=0)
    prepare_site()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cms-mail-")))
        port = stack.enter_context(web_server(folder, url)).port
        forget_everything()
        posts, usual = write_while_provider_works(port, url, number=messages)
        say(f"Provider works: {posts}; {usual}")
        forget_everything()
        posts, held, seconds = write_while_provider_hangs(port, url, number=messages)
        stored = ContactMessage.objects.count()
        say(f"Provider hangs: {posts}; stored {stored}; {held}, gone after {seconds:.0f} s")
    forget_everything()
    killed = send_with_killed_workers(url, mails=mails, kills=kills)
    say(f"{2 * kills} killed workers: {killed}")
    connections.close_all()
    wrong = stored != messages or usual.doubles or held.doubles
    wrong = wrong or any(each.lost or each.strangers for each in (usual, held, killed))
    return int(wrong or killed.doubles > 2 * kills * THREADS_OF_THE_MAIL_LANE)
