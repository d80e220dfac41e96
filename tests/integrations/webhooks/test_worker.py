"""Webhooks through real workers: sent once, sent again after a crash, in nobody else's way."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from standardwebhooks.webhooks import Webhook
from wagtail.models import Page

from content.publishing import publish
from home.models import HomePage
from home.setup import prepare_site
from integrations.webhooks import services
from integrations.webhooks.models import Delivery, Endpoint, Message
from tests.cms.ops.conftest import StartProcess, read_until, start_process, wait_until
from tests.factories import make_event
from tests.integrations.webhooks.receiver import Receiver, answer, hang

__all__ = ["start_process"]


@pytest.fixture(scope="module")
def database(committed_database: str) -> str:
    if not HomePage.objects.exists():
        prepare_site()
    return committed_database


@pytest.fixture(autouse=True)
def _nothing_left(database: str, settings: Any) -> Iterator[None]:
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = True
    yield
    Message.objects.all().delete()
    Endpoint.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def start(start_process: StartProcess, database: str) -> Start:
    def run() -> "subprocess.Popen[str]":
        process = start_process(
            [sys.executable, "manage.py", "worker"],
            {
                "DATABASE_URL": database,
                "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
                "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true",
            },
        )
        read_until(process, "Worker started")
        return process

    return run


def add(receiver: Receiver) -> tuple[Endpoint, str]:
    return services.add_endpoint(url=receiver.url)


def all_done() -> bool:
    states = set(Delivery.objects.values_list("state", flat=True))
    return states == {Delivery.State.DONE}


def test_published_event_reaches_every_receiver_once_with_two_workers(start: Start) -> None:
    with Receiver() as first, Receiver() as second:
        secrets = [add(each)[1] for each in (first, second)]
        start()
        start()
        with transaction.atomic():
            event = make_event(slug="meetup")
            # Not afterwards, when a worker may have seen it for a while already.
            committed_at = time.monotonic()
        wait_until(lambda: Delivery.objects.count() == 2 and all_done(), "the event was not told")
        time.sleep(1)
        for receiver, secret in zip((first, second), secrets, strict=True):
            (request,) = receiver.received
            payload = Webhook(secret).verify(request.body, request.headers)
            assert payload["data"]["id"] == event.pk
            assert payload["data"]["paths"][0] == "/events/meetup/"
            assert request.at - committed_at >= 1.4
        Page.objects.get(pk=event.pk).delete()


def test_killed_worker_sends_again_with_the_same_id(start: Start) -> None:
    with Receiver() as receiver:
        add(receiver)
        receiver.behave(hang, answer())
        worker = start()
        home = HomePage.objects.get(locale__language_code="en")
        with transaction.atomic():
            home.save_revision()
            publish(instance=home)
        wait_until(lambda: len(receiver.received) == 1, "nothing was sent")
        os.killpg(worker.pid, signal.SIGKILL)
        start()
        wait_until(all_done, "it was not sent again")
        first, second = receiver.received
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.body == second.body


def test_hanging_receiver_delays_no_other(start: Start) -> None:
    """More messages than the worker has threads are due at once, and the other's is the last."""
    connections_of_slow: list[int] = []

    with Receiver() as slow, Receiver() as quick:

        def note_and_answer(connection: socket.socket) -> None:
            connections_of_slow.append(slow.connections)
            answer()(connection)

        slow.behave(hang)
        quick.behave(note_and_answer)
        hanging, _ = add(slow)
        other, _ = add(quick)
        for _ in range(12):
            services.send_test(endpoint=hanging)
        services.send_test(endpoint=other)
        start()
        wait_until(lambda: bool(connections_of_slow), "the other receiver was kept waiting")
    # The first two still hang: nobody has had to wait until one of them was given up.
    assert connections_of_slow[0] <= 2
