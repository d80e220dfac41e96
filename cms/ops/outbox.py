"""Rows that ask for work outside of a request: a mail to send, a webhook to deliver.

The row alone is the truth; a job only says "look at this row now". Jobs may be lost, doubled or
late, and nothing is lost, done twice or forgotten: `claim` hands a row that is due to one job at a
time, the transitions refuse whoever has lost his lease meanwhile, and `tasks.reconcile` defers what
has no job. All times are the database's, so the clocks of the machines do not matter.

`docs/architecture.md` shows how an app uses it.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

# A row that was due this recently is still on its way to a worker.
_DEFERRED_FOR_SURE_AFTER = timedelta(seconds=20)
_LONGEST_ERROR = 2000


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    DEAD = "dead", _("given up")
    CANCELLED = "cancelled", _("cancelled")


class OutboxQuerySet(models.QuerySet[Any]):
    """Rows of one kind."""

    def due(self) -> Self:
        """Waiting rows whose time has come and that nobody holds."""
        unheld = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now())
        return self.filter(unheld, state=State.WAITING, next_attempt_at__lte=Now())

    def without_job(self) -> Self:
        """Due rows that no job will look at."""
        jobs = ProcrastinateJob.objects.filter(
            Q(scheduled_at=None) | Q(scheduled_at__lte=Now()),
            task_name=self.model.task_name,
            status__in=("todo", "doing"),
        )
        jobs = jobs.alias(row_id=KT("args__row_id"))
        own = jobs.filter(row_id=Cast(OuterRef("pk"), models.TextField()))
        long_due = self.due().filter(next_attempt_at__lt=Now() - _DEFERRED_FOR_SURE_AFTER)
        return long_due.filter(~Exists(own))

    def claim(self, *, row_id: object, job_id: int | None) -> Any | None:
        """The row, held by the caller for `lease_duration` and one attempt older; None if it is
        not due, done already, or held by another job.

        A job that runs again because its worker was lost takes the row from its former run, whose
        transitions fail from then on. Call it outside of a transaction, or the work that follows
        would be done inside one.
        """
        token = uuid.uuid4()
        mine = self.filter(pk=row_id, lease_job_id=job_id) if job_id else self.none()
        free = self.due().filter(pk=row_id)
        for rows in (free, mine.filter(state=State.WAITING, lease_token__isnull=False)):
            claimed = rows.update(
                lease_token=token,
                lease_job_id=job_id,
                lease_expires_at=Now() + self.model.lease_duration,
                attempts=F("attempts") + 1,
            )
            if claimed:
                return self.get(pk=row_id, lease_token=token)
        return None


class OutboxRow(models.Model):
    """Work to be done at least once. Subclasses name their task and add what it needs.

    The task takes the keyword `row_id` (a string), begins with `claim` and ends with one of
    `finish`, `retry`, `postpone` and `give_up`. If it ends otherwise, by an exception or because
    its process dies, the row is due again when the lease has run out, or sooner.
    """

    task_name: ClassVar[str]
    """Full name of the procrastinate task that handles a row, like `webhooks.tasks.deliver`."""

    lease_duration: ClassVar[timedelta] = timedelta(minutes=2)
    """Longer than an attempt can take."""

    State = State

    state = models.CharField(_("state"), max_length=16, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), db_default=Now())
    lease_token = models.UUIDField(null=True, editable=False)
    lease_job_id = models.BigIntegerField(null=True, editable=False)
    lease_expires_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            # For `due`, and for counting what waits.
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state=State.WAITING),
                name="%(app_label)s_%(class)s_due",
            ),
            # For the dead letters, which are counted at every look at /readyz.
            models.Index(
                fields=["finished_at"],
                condition=Q(state=State.DEAD),
                name="%(app_label)s_%(class)s_dead",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.WAITING) ^ Q(finished_at__isnull=False),
                name="%(app_label)s_%(class)s_ended",
            ),
        ]

    @classmethod
    def enqueue(cls, *, after: timedelta = timedelta(), **values: Any) -> Self:
        """Store a new row of `values` and defer its job, both in the caller's transaction."""
        with transaction.atomic():
            row = cls(next_attempt_at=Now() + after, **values)
            row.save(force_insert=True)
            row.refresh_from_db(fields=["next_attempt_at", "created_at"])
            row.defer()
        return row

    def defer(self) -> None:
        """Defer a job for `next_attempt_at`; one too many finds nothing to do."""
        job = app.configure_task(
            self.task_name, allow_unknown=False, schedule_at=self.next_attempt_at
        )
        job.defer(row_id=str(self.pk))

    def finish(self) -> bool:
        """The work is done. False if the lease was lost: then another job does it again."""
        return self._end(State.DONE)

    def give_up(self, *, error: str) -> bool:
        """Nothing more is tried: a dead letter, which is counted and reported to `ADMINS`."""
        return self._end(State.DEAD, last_error=error[:_LONGEST_ERROR])

    def retry(self, *, after: timedelta, error: str) -> bool:
        """The attempt failed; the next one is `after` from now. False if the lease was lost."""
        return self._wait_again(after=after, error=error)

    def postpone(self, *, after: timedelta, error: str) -> bool:
        """As `retry`, but the attempt does not count: it could not be made at all."""
        return self._wait_again(after=after, error=error, attempts=F("attempts") - 1)

    def cancel(self) -> bool:
        """Withdraw what waits, or see to a dead letter. False if it is done or cancelled already;
        what runs now may still be done.
        """
        return self._change(
            self._rows().filter(state__in=(State.WAITING, State.DEAD)),
            state=State.CANCELLED,
            finished_at=Now(),
            **_NO_LEASE,
        )

    def send_again(self) -> bool:
        """Try a row once more that has ended, or now instead of later. False if it is held."""
        unheld = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now())
        with transaction.atomic():
            changed = self._change(
                self._rows().filter(unheld),
                state=State.WAITING,
                attempts=0,
                next_attempt_at=Now(),
                finished_at=None,
                reported_at=None,
                **_NO_LEASE,
            )
            if changed:
                self.defer()
        return changed

    def _end(self, state: str, **values: Any) -> bool:
        return self._change(self._held(), state=state, finished_at=Now(), **_NO_LEASE, **values)

    def _wait_again(self, *, after: timedelta, error: str, **values: Any) -> bool:
        with transaction.atomic():
            changed = self._change(
                self._held(),
                next_attempt_at=Now() + after,
                last_error=error[:_LONGEST_ERROR],
                **_NO_LEASE,
                **values,
            )
            if changed:
                self.defer()
        return changed

    def _rows(self) -> models.QuerySet[Any]:
        return type(self)._default_manager.filter(pk=self.pk)

    def _held(self) -> models.QuerySet[Any]:
        # Not only unexpired: as long as nobody else took the row, what was done is done.
        return self._rows().filter(state=State.WAITING, lease_token=self.lease_token)

    def _change(self, rows: models.QuerySet[Any], **values: Any) -> bool:
        if self.pk is None or not rows.update(**values):
            return False
        self.refresh_from_db()
        return True


_NO_LEASE: dict[str, None] = {"lease_token": None, "lease_job_id": None, "lease_expires_at": None}


def outbox_models() -> Iterator[type[OutboxRow]]:
    """Every kind of row that the installed apps have."""
    for model in apps.get_models():
        if issubclass(model, OutboxRow):
            yield model
