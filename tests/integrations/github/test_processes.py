"""Two real processes that refresh at the same time: GitHub sees one request after the other."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from cms.feeds import CONTRIBUTIONS, PROJECTS
from home.models import HomePage
from home.setup import prepare_site
from integrations.github.models import Account, Contribution, Feed, Project, StoredPage
from tests.cms.ops.conftest import StartProcess, ended_well, start_process, wait_until
from tests.integrations.github.server import FakeGitHub, Handler
from tests.integrations.github.test_worker import waits_for_a_lock
from tests.integrations.github.world import contribution, repository

__all__ = ["start_process"]

Sync = Callable[[str], "subprocess.Popen[str]"]


class Gate:
    """Lets the first request wait, until it is opened."""

    def __init__(self) -> None:
        self.is_reached, self._is_open = Event(), Event()

    def __call__(self, handler: Handler) -> bool:
        self.is_reached.set()
        self._is_open.wait(120)
        return False

    def open(self) -> None:
        self._is_open.set()


@pytest.fixture
def gate(github: FakeGitHub) -> Iterator[Gate]:
    gate = Gate()
    github.faults = [gate]
    yield gate
    gate.open()


@pytest.fixture
def sync(
    start_process: StartProcess, committed_database: str, github: FakeGitHub, gate: Gate
) -> Sync:
    """Starts `sync_github --only` with one list, on a database that others see."""
    if not HomePage.objects.exists():
        prepare_site()
    for model in (Account, Feed, StoredPage, Project, Contribution):
        model.objects.all().delete()
    Account.objects.bulk_create([Account(login="ana", shows_contributions=True)])
    github.page_size = 2
    github.repositories["ana"] = [repository(number, "ana") for number in range(1, 6)]
    github.contributions = [contribution(number) for number in range(1, 11)]
    environment = {
        "DATABASE_URL": committed_database,
        "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
        "GITHUB_API_URL": github.url,
    }

    def start(name: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "manage.py", "sync_github", "--only", name]
        return start_process(command, environment)

    return start


def test_two_lists_are_never_asked_for_at_once(github: FakeGitHub, gate: Gate, sync: Sync) -> None:
    first = sync(PROJECTS)
    assert gate.is_reached.wait(120)
    second = sync(CONTRIBUTIONS)
    wait_until(lambda: waits_for_a_lock() or github.most_at_once > 1, "the other asks for nothing")
    gate.open()
    ended_well(first)
    ended_well(second)
    assert github.most_at_once == 1
    assert (Project.objects.count(), Contribution.objects.count()) == (5, 10)


def test_killed_process_keeps_no_other_waiting(github: FakeGitHub, gate: Gate, sync: Sync) -> None:
    first = sync(PROJECTS)
    assert gate.is_reached.wait(120)
    second = sync(CONTRIBUTIONS)
    wait_until(waits_for_a_lock, "the other does not wait")
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    github.faults = []
    ended_well(second)
