"""Rows that ask for work: claims, leases and what becomes of them."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from cms.ops.tasks import defer_rows_without_job
from tests.cms.ops.parcels.models import Parcel

pytestmark = pytest.mark.django_db

State = Parcel.State
HOUR = timedelta(hours=1)


def parcel(**values: object) -> Parcel:
    return Parcel.enqueue(door="http://127.0.0.1:1/", **values)


def claimed(*, job_id: int = 1) -> Parcel:
    row = Parcel.objects.claim(row_id=str(parcel().pk), job_id=job_id)
    assert row is not None
    return row


def jobs_of(row: Parcel) -> list[datetime | None]:
    """When the jobs of `row` begin."""
    jobs = ProcrastinateJob.objects.filter(args={"row_id": str(row.pk)}).order_by("pk")
    return list(jobs.values_list("scheduled_at", flat=True))


def test_enqueued_row_has_a_job_at_its_time() -> None:
    now, later = parcel(), parcel(after=HOUR)
    assert jobs_of(now) == [now.next_attempt_at]
    assert jobs_of(later) == [later.next_attempt_at]
    assert later.next_attempt_at - now.next_attempt_at >= timedelta(minutes=59)


def test_row_and_job_are_rolled_back_together() -> None:
    with transaction.atomic():
        parcel()
        transaction.set_rollback(True)
    assert not Parcel.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_claim_hands_a_row_to_one_job() -> None:
    row = claimed(job_id=1)
    assert (row.attempts, row.state) == (1, State.WAITING)
    assert Parcel.objects.claim(row_id=row.pk, job_id=2) is None
    assert Parcel.objects.claim(row_id=row.pk, job_id=None) is None


def test_row_that_is_not_due_or_ended_cannot_be_claimed() -> None:
    assert Parcel.objects.claim(row_id=parcel(after=HOUR).pk, job_id=1) is None
    ended = claimed()
    assert ended.finish()
    assert Parcel.objects.claim(row_id=ended.pk, job_id=1) is None
    assert Parcel.objects.claim(row_id="0", job_id=1) is None


def test_job_that_runs_again_takes_the_row_and_its_former_run_changes_nothing() -> None:
    former = claimed(job_id=1)
    again = Parcel.objects.claim(row_id=former.pk, job_id=1)
    assert again is not None
    assert again.attempts == 2
    for outcome in (
        former.finish(),
        former.give_up(error="late"),
        former.retry(after=HOUR, error="late"),
        former.postpone(after=HOUR, error="late"),
    ):
        assert outcome is False
    assert again.finish()
    assert (again.state, again.last_error) == (State.DONE, "")


def test_lease_that_ran_out_is_free_for_others_and_valid_until_then() -> None:
    row = claimed(job_id=1)
    Parcel.objects.filter(pk=row.pk).update(lease_expires_at=Now() - timedelta(seconds=1))
    other = Parcel.objects.claim(row_id=row.pk, job_id=2)
    assert other is not None
    assert not row.finish()

    slow = claimed(job_id=3)
    Parcel.objects.filter(pk=slow.pk).update(lease_expires_at=Now() - timedelta(seconds=1))
    assert slow.finish()


def test_failed_attempt_is_repeated_later_by_a_job_of_its_own() -> None:
    row = claimed()
    assert row.retry(after=HOUR, error="x" * 10_000)
    assert (row.state, row.attempts, len(row.last_error)) == (State.WAITING, 1, 2000)
    assert row.next_attempt_at > timezone.now() + timedelta(minutes=59)
    assert jobs_of(row)[-1] == row.next_attempt_at
    assert len(jobs_of(row)) == 2
    assert Parcel.objects.claim(row_id=row.pk, job_id=1) is None


def test_postponed_attempt_does_not_count() -> None:
    row = claimed()
    assert row.postpone(after=HOUR, error="signed out")
    assert (row.state, row.attempts) == (State.WAITING, 0)


def test_dead_letter_keeps_its_error_and_can_be_sent_again() -> None:
    row = claimed()
    assert row.give_up(error="gone for good")
    assert (row.state, row.last_error) == (State.DEAD, "gone for good")
    assert row.finished_at is not None
    assert row.send_again()
    assert (row.state, row.attempts, row.finished_at) == (State.WAITING, 0, None)
    assert len(jobs_of(row)) == 2
    assert Parcel.objects.claim(row_id=row.pk, job_id=5) is not None


def test_row_in_somebodys_hands_is_not_sent_again() -> None:
    row = claimed()
    assert not row.send_again()
    assert len(jobs_of(row)) == 1


def test_cancelled_row_is_not_done_anymore() -> None:
    row = parcel()
    assert row.cancel()
    assert Parcel.objects.claim(row_id=row.pk, job_id=1) is None
    assert not row.cancel()
    held = claimed()
    assert held.cancel()
    assert not Parcel.objects.get(pk=held.pk).finish()


def test_waiting_row_has_no_end() -> None:
    row = parcel()
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.filter(pk=row.pk).update(finished_at=Now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.filter(pk=row.pk).update(state=State.DONE)


def test_reconciliation_defers_what_is_due_and_has_no_job() -> None:
    long_ago = Now() - HOUR
    lost, queued, held, later, fresh = (parcel() for _ in range(5))
    for row in (lost, held):
        delete_jobs(row)
    Parcel.objects.exclude(pk__in=(later.pk, fresh.pk)).update(next_attempt_at=long_ago)
    Parcel.objects.filter(pk=held.pk).update(lease_expires_at=Now() + HOUR)
    Parcel.objects.filter(pk=later.pk).update(next_attempt_at=Now() + HOUR)
    delete_jobs(later)
    delete_jobs(fresh)

    assert defer_rows_without_job(Parcel) == 1
    assert [len(jobs_of(row)) for row in (lost, queued, held, later, fresh)] == [1, 1, 0, 0, 0]
    assert defer_rows_without_job(Parcel) == 0


def test_job_that_is_too_late_is_no_job() -> None:
    """As when the clock of whoever deferred it was wrong."""
    row = parcel(after=HOUR)
    Parcel.objects.filter(pk=row.pk).update(next_attempt_at=Now() - HOUR)
    assert defer_rows_without_job(Parcel) == 1


def delete_jobs(row: Parcel) -> None:
    # procrastinate's models refuse to delete.
    jobs = ProcrastinateJob.objects.filter(args={"row_id": str(row.pk)})
    jobs._raw_delete(jobs.db)
