"""`kill -9` while a real worker refreshes: nothing half done is seen, nothing asked for twice."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from cms.feeds import PROJECTS
from home.models import HomePage
from home.setup import prepare_site
from integrations.github import services
from integrations.github.models import Account, Feed, Project
from integrations.github.refresh import Outcome, refresh
from tests.cms.ops.conftest import StartProcess, read_until, start_process, wait_until
from tests.contract.openapi import ApiClient
from tests.integrations.github.server import FakeGitHub, Handler
from tests.integrations.github.world import repository

__all__ = ["start_process"]


@pytest.fixture
def lab(committed_database: str) -> Account:
    """On a database that other processes see."""
    if not HomePage.objects.exists():
        prepare_site()
    Account.objects.bulk_create([Account(login="example-lab")])
    return Account.objects.get()


@pytest.fixture
def start(
    start_process: StartProcess, committed_database: str, github: FakeGitHub
) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    def run() -> "subprocess.Popen[str]":
        environment = {
            "DATABASE_URL": committed_database,
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
            "GITHUB_API_URL": github.url,
        }
        process = start_process([sys.executable, "manage.py", "worker"], environment)
        read_until(process, "Worker started")
        return process

    yield run
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def kill(worker: "subprocess.Popen[str]") -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def let_time_pass() -> None:
    """As much as others need to see that a worker is gone, and to try again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
        )
    past = Now() - timedelta(minutes=1)
    Feed.objects.update(lease_expires_at=past, attempted_at=past)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction the view goes on saying what it said first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None


def test_killed_worker_leaves_the_last_copy_and_the_next_one_goes_on(
    github: FakeGitHub, lab: Account, start: Callable[[], "subprocess.Popen[str]"], api: ApiClient
) -> None:
    github.page_size = 2
    rows = [repository(number) for number in range(1, 6)]
    github.repositories["example-lab"] = rows
    assert refresh(PROJECTS).outcome is Outcome.COMPLETE
    before = api.get("/api/projects").json()
    assert before["meta"]["total_count"] == 5
    github.repositories["example-lab"] = [*rows, repository(6), repository(7)]
    asked_for_page_3, go_on = threading.Event(), threading.Event()

    def wait_on_page_3(handler: Handler) -> bool:
        if handler.seen.query.get("page") == "3":
            asked_for_page_3.set()
            go_on.wait(60)
        return False

    def as_before() -> None:
        assert api.get("/api/projects").json() == before

    # While the third of four pages is on its way.
    github.faults = [wait_on_page_3]
    github.forget()
    let_time_pass()
    worker = start()
    services.refresh_now()
    assert asked_for_page_3.wait(60)
    kill(worker)
    let_time_pass()
    go_on.set()
    as_before()

    # In the middle of the exchange, after the projects have been written.
    github.forget()
    with transaction.atomic():
        Account.objects.select_for_update().get()
        worker = start()
        wait_until(waits_for_a_lock, "the exchange has not begun")
        kill(worker)
    let_time_pass()
    assert [seen.query["page"] for seen in github.seen] == ["3", "4"]
    as_before()

    # And at last to the end: all that was asked for is there already.
    github.forget()
    start()
    wait_until(lambda: Feed.objects.get(pk=PROJECTS).run_id is None, "it did not go on")
    assert github.seen == []
    names = [item["name"] for item in api.get("/api/projects").json()["items"]]
    assert names == [f"tool-{number}" for number in range(7, 0, -1)]
    assert Project.objects.count() == 7
