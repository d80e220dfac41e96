"""The worker's loop, as its own process where signals and a lost database matter."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from cms.ops import worker
from cms.ops.embedded_postgres import EmbeddedPostgres
from content.models import StandardPage
from tests.cms.ops.conftest import StartProcess, read_until

LOOP = (
    "import django; django.setup(); from cms.ops.worker import run_until_stopped; "
    "run_until_stopped(interval_seconds=0.2)"
)


@pytest.mark.django_db
def test_due_page_is_published_and_later_one_is_not() -> None:
    parent = Page.get_first_root_node()
    now = timezone.now()
    pages = {}
    for title, minutes in (("Due", -1), ("Later", 60)):
        page = StandardPage(title=title, live=False, go_live_at=now + timedelta(minutes=minutes))
        parent.add_child(instance=page)
        revision = page.save_revision(approved_go_live_at=page.go_live_at)
        assert revision.approved_go_live_at is not None
        pages[title] = page
    assert worker.publish_scheduled()
    for page in pages.values():
        page.refresh_from_db()
    assert pages["Due"].live
    assert not pages["Later"].live


def start_loop(start_process: StartProcess, server: EmbeddedPostgres) -> subprocess.Popen[str]:
    """A worker on a database without tables: every run fails, and says how."""
    env = {"DATABASE_URL": server.url, "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    process = start_process([sys.executable, "-c", LOOP], env)
    read_until(process, "Worker started")
    return process


def test_lost_database_is_waited_for_and_used_again(
    start_process: StartProcess, server: EmbeddedPostgres
) -> None:
    process = start_loop(start_process, server)
    read_until(process, "Scheduled publishing failed")
    server.stop()
    read_until(process, "Database unavailable, trying again")
    server.start()
    read_until(process, "Scheduled publishing failed")
    assert process.poll() is None


def test_sigterm_ends_the_worker_with_status_0(
    start_process: StartProcess, server: EmbeddedPostgres
) -> None:
    process = start_loop(start_process, server)
    process.terminate()
    output, _ = process.communicate(timeout=20)
    assert "Worker stopped" in output
    assert process.returncode == 0
