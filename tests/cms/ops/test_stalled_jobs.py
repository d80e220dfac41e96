"""Jobs whose worker is gone are queued again, and none twice."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from cms.ops.stalled_jobs import requeue_stalled_jobs

pytestmark = pytest.mark.django_db


def sweep() -> list[int]:
    jobs = async_to_sync(requeue_stalled_jobs)(job_manager=app.job_manager)
    return [job["id"] for job in jobs]


def insert(sql: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {sql} RETURNING id", values)
        (row_id,) = cursor.fetchone()
    return int(row_id)


def worker(*, silent_for_seconds: float) -> int:
    return insert(
        "procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
        silent_for_seconds,
    )


def job(*, worker_id: int | None, status: str = "doing", queueing_lock: str | None = None) -> int:
    return insert(
        "procrastinate_jobs (queue_name, task_name, status, worker_id, queueing_lock)"
        " VALUES ('default', 'a.task', %s, %s, %s)",
        status,
        worker_id,
        queueing_lock,
    )


def status_by_id() -> dict[int, str]:
    return dict(ProcrastinateJob.objects.values_list("pk", "status"))


def test_job_of_a_silent_or_forgotten_worker_is_queued_and_others_are_not() -> None:
    alive, dead = worker(silent_for_seconds=10), worker(silent_for_seconds=20)
    running, stalled, orphan = job(worker_id=alive), job(worker_id=dead), job(worker_id=None)
    failed = job(worker_id=dead, status="failed")
    assert sorted(sweep()) == [stalled, orphan]
    assert status_by_id() == {
        running: "doing",
        stalled: "todo",
        orphan: "todo",
        failed: "failed",
    }
    assert list(ProcrastinateWorker.objects.values_list("pk", flat=True)) == [alive]
    assert ProcrastinateJob.objects.get(pk=stalled).attempts == 1
    assert sweep() == []


def test_stalled_job_of_which_another_is_queued_is_dropped() -> None:
    dead = worker(silent_for_seconds=20)
    job(worker_id=dead, queueing_lock="nightly")
    queued = job(worker_id=None, status="todo", queueing_lock="nightly")
    assert sweep() == []
    assert status_by_id() == {queued: "todo"}


def test_of_two_stalled_jobs_with_one_queueing_lock_one_is_queued() -> None:
    dead = worker(silent_for_seconds=20)
    job(worker_id=dead, queueing_lock="nightly")
    newest = job(worker_id=dead, queueing_lock="nightly")
    assert sweep() == [newest]
    assert status_by_id() == {newest: "todo"}
