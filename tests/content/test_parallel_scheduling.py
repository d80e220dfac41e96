"""Two schedulers look at the same moment: everything happens once."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from wagtail.models import Page, PageLogEntry

from content.models import EventPage, ScheduledAttempt
from home.setup import prepare_site
from tests.cms.ops.conftest import StartProcess, ended_well, read_until, start_process
from tests.content.test_scheduling import PAST, schedule
from tests.factories import make_event

__all__ = ["start_process"]

ITEMS = 6
RUN_DUE = """
import django
django.setup()
from content import scheduling
print("ready", flush=True)
input()
print("done", scheduling.run_due(), flush=True)
"""


@pytest.fixture
def events(committed_database: str) -> Iterator[list[EventPage]]:
    prepare_site()
    yield [
        schedule(make_event(slug=f"due-{number}", publish=False), go_live=PAST)
        for number in range(ITEMS)
    ]
    ScheduledAttempt.objects.all().delete()


def test_two_schedulers_publish_each_item_once(
    committed_database: str, events: list[EventPage], start_process: StartProcess
) -> None:
    environment = {
        "DATABASE_URL": committed_database,
        "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
    }
    schedulers: list[subprocess.Popen[str]] = [
        start_process([sys.executable, "-c", RUN_DUE], environment, stdin=subprocess.PIPE)
        for _number in range(2)
    ]
    for each in schedulers:
        read_until(each, "ready")
    for each in schedulers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    done = [ended_well(each) for each in schedulers]
    published = sum(int(output.rpartition("done ")[2].split()[0]) for output in done)
    assert published == ITEMS
    entries = PageLogEntry.objects.filter(action="wagtail.publish.scheduled")
    assert sorted(entries.values_list("page_id", flat=True)) == sorted(e.pk for e in events)
    assert Page.objects.filter(pk__in=[event.pk for event in events], live=True).count() == ITEMS
    assert not ScheduledAttempt.objects.exists()
