"""The worker as a process of its own: what it does, how it ends, and what it outlives."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from tests.cms.http.breakable_database import BreakableDatabase
from tests.cms.ops.conftest import (
    PATIENCE_SECONDS,
    PROJECT,
    StartProcess,
    read_until,
    wait_until,
)
from tests.cms.ops.door import Door, open_door
from tests.cms.ops.parcels.models import Parcel
from tests.database_copy import url_of_database
from tests.factories import make_testimonial

PROMISED_SECONDS = 60


@pytest.fixture
def door() -> Iterator[Door]:
    with open_door() as door:
        yield door


@pytest.fixture(autouse=True)
def _nothing_left(committed_database: str) -> Iterator[None]:
    yield
    Parcel.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def start(start_process: StartProcess, database: str, *arguments: str) -> "subprocess.Popen[str]":
    process = start_process(
        [sys.executable, "manage.py", "worker", *arguments],
        {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "cms.settings.testing"},
    )
    read_until(process, "Worker started")
    return process


def is_done(row: Parcel) -> bool:
    row.refresh_from_db()
    return row.state == Parcel.State.DONE


def is_held(row: Parcel) -> bool:
    row.refresh_from_db()
    return row.lease_token is not None


def ended(process: "subprocess.Popen[str]") -> str:
    """What it said at last."""
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return output


def test_row_is_done_and_leaves_no_job(
    start_process: StartProcess, committed_database: str, door: Door
) -> None:
    start(start_process, committed_database)
    row = Parcel.enqueue(door=door.url)
    wait_until(lambda: is_done(row), "the parcel was not delivered")
    assert door.knocks == {row.pk: 1}
    wait_until(
        lambda: not ProcrastinateJob.objects.filter(args={"row_id": str(row.pk)}).exists(),
        "the job is still there",
    )


def test_failing_row_is_tried_again_and_given_up_at_last(
    start_process: StartProcess, committed_database: str, door: Door
) -> None:
    door.status = 500
    start(start_process, committed_database)
    row = Parcel.enqueue(door=door.url)

    def is_dead() -> bool:
        row.refresh_from_db()
        return row.state == Parcel.State.DEAD

    wait_until(is_dead, "the parcel was not given up")
    assert door.knocks == {row.pk: 3}
    assert "500" in row.last_error


def test_what_is_scheduled_goes_live_by_itself(
    start_process: StartProcess, committed_database: str
) -> None:
    start(start_process, committed_database)
    said = make_testimonial(publish=False)
    revision = said.get_latest_revision()
    revision.approved_go_live_at = timezone.now() + timedelta(seconds=5)
    revision.save()

    def is_live() -> bool:
        said.refresh_from_db()
        return said.live

    assert not is_live()
    wait_until(is_live, "the testimonial is not published")
    assert said.last_published_at >= revision.approved_go_live_at
    said.delete()


def test_sigterm_lets_the_running_job_finish(
    start_process: StartProcess, committed_database: str, door: Door
) -> None:
    process = start(start_process, committed_database)
    running = Parcel.enqueue(door=door.url, seconds=3)
    wait_until(lambda: is_held(running), "the job did not begin")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)  # as from a terminal and a supervisor at once
    assert "Worker stopped" in ended(process)
    assert process.returncode == 0
    assert is_done(running)
    assert not ProcrastinateWorker.objects.exists()


def test_second_signal_ends_at_once_and_the_job_runs_again_elsewhere(
    start_process: StartProcess, committed_database: str, door: Door
) -> None:
    process = start(start_process, committed_database)
    row = Parcel.enqueue(door=door.url, seconds=25)
    wait_until(lambda: is_held(row), "the job did not begin")
    process.send_signal(signal.SIGTERM)
    time.sleep(2.5)
    assert process.poll() is None

    def ends_by_another_signal() -> bool:
        process.send_signal(signal.SIGTERM)
        return process.poll() is not None

    # A busy worker may have heard of the first one just now, and take the next for the same.
    wait_until(ends_by_another_signal, "the worker goes on")
    assert "second signal" in ended(process)
    assert process.returncode == 1
    assert not is_done(row)


IMPATIENT = """
import django
django.setup()
from cms.ops import worker
worker.STOP_SECONDS = 1.0
worker.run_until_stopped()
"""


def test_job_that_does_not_end_is_broken_off_and_stays_to_be_done(
    start_process: StartProcess, committed_database: str, door: Door
) -> None:
    process = start_process(
        [sys.executable, "-c", IMPATIENT],
        {"DATABASE_URL": committed_database, "DJANGO_SETTINGS_MODULE": "cms.settings.testing"},
    )
    read_until(process, "Worker started")
    row = Parcel.enqueue(door=door.url, seconds=60)
    wait_until(lambda: is_held(row), "the job did not begin")
    process.send_signal(signal.SIGTERM)
    assert "jobs had not finished after 1 s" in ended(process)
    assert process.returncode == 1
    assert not is_done(row)
    assert not door.knocks


def test_job_of_a_killed_worker_runs_again_within_a_minute(
    start_process: StartProcess, committed_database: str, door: Door
) -> None:
    killed = start(start_process, committed_database)
    row = Parcel.enqueue(door=door.url, seconds=1)
    wait_until(lambda: is_held(row), "the job did not begin")
    os.killpg(killed.pid, signal.SIGKILL)
    other = start(start_process, committed_database)
    # Not from the kill: how long a worker takes to start is not what is promised.
    started_at = time.monotonic()
    while not is_done(row):
        assert time.monotonic() - started_at < PROMISED_SECONDS
        time.sleep(0.1)
    assert row.attempts == 2
    assert door.knocks == {row.pk: 1}
    other.terminate()
    assert "lost its worker and runs again" in ended(other)


def test_lost_database_is_waited_for_and_used_again(
    start_process: StartProcess, committed_database: str, door: Door
) -> None:
    database = BreakableDatabase(connection.settings_dict)
    process = start(start_process, url_of_database(database.port))
    first = Parcel.enqueue(door=door.url)
    wait_until(lambda: is_done(first), "the parcel was not delivered")
    database.cut()
    read_until(process, "Database unavailable, waiting for it")
    second = Parcel.enqueue(door=door.url)
    database.restore()
    read_until(process, "Database available")
    wait_until(lambda: is_done(second), "the parcel was not delivered")
    assert door.knocks == {first.pk: 1, second.pk: 1}
    process.terminate()
    assert "Worker stopped" in ended(process)
    assert process.returncode == 0
    database.cut()


def test_worker_starts_without_a_database_and_ends_without_it(
    start_process: StartProcess, tmp_path: Path
) -> None:
    beats = tmp_path / "heartbeat"
    nowhere = "postgres://postgres@127.0.0.1:1/cms"
    process = start(start_process, nowhere, "--heartbeat-file", str(beats))
    read_until(process, "Database unavailable, waiting for it")
    wait_until(beats.exists, "the worker lives and does not say so")
    process.terminate()
    assert "Worker stopped" in ended(process)
    assert process.returncode == 0


def test_heartbeat_file_is_touched_again_and_again(
    start_process: StartProcess, committed_database: str, tmp_path: Path
) -> None:
    beats = tmp_path / "heartbeat"
    process = start(start_process, committed_database, "--heartbeat-file", str(beats))
    wait_until(beats.exists, "there is no heartbeat")
    first = beats.stat().st_mtime_ns
    wait_until(lambda: beats.stat().st_mtime_ns > first, "there is no second heartbeat")
    assert health_of_the_service(beats) == 0
    # As when the worker hangs: nobody touches it any more.
    process.kill()
    process.wait()
    os.utime(beats, (first / 1e9, time.time() - 90))
    assert health_of_the_service(beats) == 1


def health_of_the_service(beats: Path) -> int:
    """Exit code of the health check as compose.yaml has it, with the paths of this machine."""
    service = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]["worker"]
    kind, program, script, file = service["healthcheck"]["test"]
    assert (kind, program, file) == ("CMD", "python", service["command"][-1])
    local = PROJECT / Path(script).relative_to("/app")
    return subprocess.run(
        [sys.executable, str(local), str(beats)], timeout=PATIENCE_SECONDS
    ).returncode
