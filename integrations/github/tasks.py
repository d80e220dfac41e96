"""What the worker does about GitHub: look every minute, and soon when somebody asks."""

import logging
import time
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from integrations.github import recent
from integrations.github.first_accounts import ensure_first_accounts
from integrations.github.refresh import Outcome, due_feeds, refresh

QUEUE = "github"
JOB_SECONDS = 25.0
"""A job begins no request after this long, so that a worker can stop soon; the next goes on."""

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, queueing_lock="github", lock="github")
def refresh_due(timestamp: int) -> None:
    """Refresh what is due. One job at a time over all workers; the feeds' leases keep it so."""
    ends_at = time.monotonic() + JOB_SECONDS

    def is_time_up() -> bool:
        return time.monotonic() > ends_at

    ensure_first_accounts()
    recent.refresh_pushed(is_time_up)
    results = [refresh(name, is_time_up=is_time_up) for name in due_feeds()]
    if any(result.outcome is Outcome.UNFINISHED for result in results):
        defer_refresh()


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="purge_github")
def purge(timestamp: int) -> None:
    """Forget old pushes."""
    purged = recent.purge()
    if purged:
        logger.info("%d old messages of GitHub were purged", purged)


def defer_refresh(*, after: timedelta = timedelta()) -> None:
    """Look in ``after``, a few seconds at most; a job that waits already does for all."""
    job = refresh_due.configure(schedule_in={"seconds": int(after.total_seconds())})
    try:
        # A savepoint: the refusal must not end the caller's transaction.
        with transaction.atomic():
            job.defer(timestamp=int(time.time()))
    except AlreadyEnqueued:
        logger.debug("A refresh waits already")
