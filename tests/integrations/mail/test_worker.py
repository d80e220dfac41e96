"""Mail through real workers: sent once, and after a crash as the same mail."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.db import connection

from cms.ops.outbox import OutboxRow
from integrations.mail.models import Channel, OutgoingMail
from tests.cms.ops.conftest import StartProcess, read_until, start_process, wait_until
from tests.integrations.mail.conftest import queue
from tests.integrations.mail.providers import Provider, json_of, sendgrid
from tests.integrations.webhooks.receiver import hang

__all__ = ["start_process"]


@pytest.fixture(autouse=True)
def _nothing_left(committed_database: str) -> Iterator[None]:
    yield
    OutgoingMail.objects.all().delete()
    Channel.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture
def start(
    start_process: StartProcess, committed_database: str
) -> Callable[[Provider], "subprocess.Popen[str]"]:
    def run(provider: Provider) -> "subprocess.Popen[str]":
        process = start_process(
            [sys.executable, "manage.py", "worker"],
            {
                "DATABASE_URL": committed_database,
                "DJANGO_SETTINGS_MODULE": "cms.settings.development",
                "EMAIL_PROVIDER": "sendgrid",
                "SENDGRID_API_KEY": provider.key,
                "SENDGRID_API_URL": provider.url,
                "DEFAULT_FROM_EMAIL": "cms@example.org",
            },
        )
        read_until(process, "Worker started")
        return process

    return run


def all_sent() -> bool:
    return not OutgoingMail.objects.exclude(state=OutboxRow.State.DONE).exists()


def test_two_workers_send_each_mail_once(start: Callable[[Provider], object]) -> None:
    with sendgrid() as provider:
        mails = [queue(f"person{number}@example.org") for number in range(30)]
        start(provider)
        start(provider)
        wait_until(all_sent, "not all were sent")
    sent = [json_of(each)["headers"]["Message-ID"] for each in provider.accepted]
    assert sorted(sent) == sorted(mail.message_id for mail in mails)


def test_killed_worker_sends_the_same_mail_again(
    start: Callable[[Provider], "subprocess.Popen[str]"],
) -> None:
    with sendgrid() as provider:
        provider.fail(hang)
        mail = queue()
        worker = start(provider)
        wait_until(lambda: provider.connections == 1, "nothing was sent")
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        start(provider)
        wait_until(all_sent, "it was not sent again")
        (request,) = provider.accepted
        assert provider.connections == 2
        assert json_of(request)["headers"]["Message-ID"] == mail.message_id
