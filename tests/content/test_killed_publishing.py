"""`kill -9` while publishing: the page is live with its text exactly if the log says so, the
content version has moved, and the webhooks are told.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Sum
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import PageLogEntry, Revision

from cms.models import ContentChange, User
from content import publishing
from content.models import EventPage, ScheduledAttempt
from home.setup import prepare_site
from integrations.webhooks.models import Message
from integrations.webhooks.services import add_endpoint
from tests.factories import make_event

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def database(committed_database: str) -> str:
    prepare_site()
    User.objects.create_superuser("chief", "chief@example.org", "long-password")
    add_endpoint(url="https://www.example.org/hook")
    return committed_database


@pytest.fixture
def event(database: str) -> Iterator[EventPage]:
    event = make_event(title="Meetup", slug="meetup", summary="before")
    publishing.ensure_translations(page=event)
    Message.objects.all().delete()
    yield event
    EventPage.objects.get(pk=event.pk).delete()
    ScheduledAttempt.objects.all().delete()


def run(database: str, how: str, point: str, event: EventPage) -> int:
    process = subprocess.run(
        [sys.executable, "-m", "tests.content.publishing_process", how, point, str(event.pk)],
        cwd=PROJECT,
        env={
            **os.environ,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
        },
        timeout=300,
    )
    return process.returncode


def published_summary(event: EventPage) -> str:
    event.refresh_from_db()
    return event.summary


def logged(event: EventPage) -> list[str]:
    """What the log says was published."""
    entries = PageLogEntry.objects.filter(page=event.pk, action__startswith="wagtail.publish")
    return [entry.revision.content["summary"] for entry in entries.select_related("revision")]


def changes_counted() -> int:
    """How often the content version has moved."""
    return ContentChange.objects.aggregate(total=Sum("count"))["total"] or 0


def told() -> list[tuple[str, int | None]]:
    """What receivers of webhooks will hear, and whose jobs are there to tell them."""
    jobs = ProcrastinateJob.objects.filter(task_name=Message.task_name)
    waiting = {str(args["row_id"]) for args in jobs.values_list("args", flat=True)}
    messages = Message.objects.values_list("pk", "type", "object_id")
    return [(kind, page) for pk, kind, page in messages if str(pk) in waiting]


@pytest.mark.parametrize("point", ["published", "logged", "committed"])
def test_publication_in_the_admin(database: str, event: EventPage, point: str) -> None:
    revisions, changes = event.revisions.count(), changes_counted()
    assert run(database, "admin", point, event) == -signal.SIGKILL
    changed = point == "committed"
    assert published_summary(event) == ("changed" if changed else "before")
    assert ("changed" in logged(event)) is changed
    assert event.revisions.count() == revisions + changed
    alias = EventPage.objects.get(alias_of=event)
    assert alias.summary == published_summary(event)
    assert told() == ([("page.published", event.pk)] if changed else [])
    assert (changes_counted() > changes) is changed


@pytest.mark.parametrize("point", ["published", "logged", "committed"])
def test_publication_by_the_scheduler(database: str, event: EventPage, point: str) -> None:
    event.summary = "changed"
    revision = event.save_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=Now() - timedelta(minutes=1))
    changes = changes_counted()
    assert run(database, "scheduler", point, event) == -signal.SIGKILL
    changed = point == "committed"
    assert told() == ([("page.published", event.pk)] if changed else [])
    assert (changes_counted() > changes) is changed
    assert published_summary(event) == ("changed" if changed else "before")
    assert ("changed" in logged(event)) is changed
    assert ScheduledAttempt.objects.exists() is not changed

    # The next scheduler finishes it, and nobody does so twice.
    ScheduledAttempt.objects.update(next_attempt_at=Now())
    assert run(database, "scheduler", "nowhere", event) == 0
    assert published_summary(event) == "changed"
    assert logged(event).count("changed") == 1
    assert told() == [("page.published", event.pk)]
