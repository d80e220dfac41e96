"""What the worker does for webhooks."""

import logging
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.db.models.functions import Now
from procrastinate import JobContext
from procrastinate.contrib.django import app

from cms.content_version.version import VISIBLE_AFTER
from cms.ops import outer_cache
from integrations.webhooks import delivery, outbox, retention
from integrations.webhooks.models import Message

QUEUE = "webhooks"

_ASK_AGAIN_AFTER = timedelta(seconds=2)

logger = logging.getLogger(__name__)


@app.task(pass_context=True)
def announce(context: JobContext, *, row_id: str) -> None:
    """Make the deliveries of a message, as soon as what it tells of can be read everywhere.

    That a job sees the row proves that the change was committed; when, it does not know. So it
    looks twice. In between, caches in front of the site forget what they have; if they cannot be
    told to, the message waits for as long as they might answer with something old.
    """
    message = Message.objects.claim(row_id=row_id, job_id=context.job.id)
    if message is None:
        return
    if message.seen_at is None:
        Message.objects.filter(pk=message.pk).update(seen_at=Now())
        outer_cache.notice_change()
        message.postpone(after=VISIBLE_AFTER, error="")
    elif _may_be_told(message, seen_at=message.seen_at):
        outbox.announce_to_endpoints(message)
    else:
        message.postpone(after=_ASK_AGAIN_AFTER, error="")


def _may_be_told(message: Message, *, seen_at: datetime) -> bool:
    if outer_cache.is_purged(since=seen_at + VISIBLE_AFTER):
        return True
    is_late = Message.objects.filter(pk=message.pk, seen_at__lt=Now() - outer_cache.OUTDATED_AFTER)
    if not is_late.exists():
        return False
    logger.warning("%s is told although the caches in front were not purged", message.webhook_id)
    return True


@app.task(queue=QUEUE, pass_context=True)
def deliver(context: JobContext, *, row_id: str) -> None:
    """One attempt of a delivery."""
    claimed = delivery.claim(row_id, job_id=context.job.id)
    if claimed is None:
        return
    # The receiver may take its time: the database should not keep a connection for that long.
    close_old_connections()
    made = delivery.attempt(claimed)
    logger.info(
        "Webhook attempt",
        extra={
            "webhook_id": claimed.message.webhook_id,
            "endpoint_id": claimed.endpoint_id,
            "result": made.status or made.failure,
            "duration_ms": made.duration_ms,
        },
    )
    waiting = delivery.next_due(claimed.endpoint_id)
    if waiting is not None:
        waiting.defer()


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="purge_webhooks")
def purge(timestamp: int) -> None:
    """Forget what is older than anybody looks for it."""
    purged = retention.purge()
    if purged:
        logger.info("%d old webhook messages were purged", purged)
