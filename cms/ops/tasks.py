"""What the worker does by itself, by the clock."""

import logging

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from cms.ops import outer_cache
from cms.ops.alarms import report_dead_letters
from cms.ops.outbox import OutboxRow, outbox_models

logger = logging.getLogger(__name__)

_MOST_ROWS_AT_ONCE = 1000
_HOURS_OF_FAILED_JOBS = 7 * 24


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="reconcile", priority=10)
def reconcile(timestamp: int) -> None:
    """Defer the outbox rows that are due and have no job, whatever became of it."""
    for model in outbox_models():
        deferred = defer_rows_without_job(model)
        if deferred:
            logger.warning("%d rows of %s had no job", deferred, model._meta.label)


def defer_rows_without_job(model: type[OutboxRow]) -> int:
    """Number of rows of `model` that have a job now and had none."""
    rows = model._default_manager.without_job().values_list("pk", flat=True)
    found = list(rows.order_by("next_attempt_at")[:_MOST_ROWS_AT_ONCE])
    if found:
        task = app.configure_task(model.task_name, allow_unknown=False)
        jobs: list[dict[str, JSONValue]] = [{"row_id": str(pk)} for pk in found]
        task.batch_defer(*jobs)
    return len(found)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="raise_alarms", lock="raise_alarms")
def raise_alarms(timestamp: int) -> None:
    """Tell `ADMINS` what is new; the lock keeps two workers from telling twice."""
    report_dead_letters()
    outer_cache.report_failure()


if settings.OUTER_CACHES:

    @app.periodic(cron="* * * * * */5")
    @app.task(queueing_lock="purge_outer_caches", priority=10)
    def purge_outer_caches(timestamp: int) -> None:
        """Look whether the content has changed, also when nobody is to be told of it."""
        outer_cache.purge_if_changed()


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="purge_failed_jobs")
async def purge_failed_jobs(timestamp: int) -> None:
    """Forget jobs that ended with an exception a week ago; their log lines tell more."""
    await app.job_manager.delete_old_jobs(
        nb_hours=_HOURS_OF_FAILED_JOBS, include_failed=True, include_aborted=True
    )
