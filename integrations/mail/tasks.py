"""What the worker does for mail."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app

from cms.ops.tasks import defer_rows_without_job
from integrations.mail import channel, delivery, retention
from integrations.mail.models import Attempt, OutgoingMail

QUEUE = "mail"

logger = logging.getLogger(__name__)


@app.task(queue=QUEUE, pass_context=True)
def deliver(context: JobContext, *, row_id: str) -> None:
    """One attempt to send a mail."""
    mail = OutgoingMail.objects.claim(row_id=row_id, job_id=context.job.id)
    if mail is not None:
        _log(mail, delivery.deliver(mail))


@app.periodic(cron="* * * * * */10")
@app.task(
    queue=QUEUE, queueing_lock="probe_mail", lock="probe_mail", priority=10, pass_context=True
)
def probe(context: JobContext, timestamp: int) -> None:
    """While nothing leaves, see from time to time whether it does again, and then send the rest.

    The mail that waits for its turn the shortest is the next one, so a mail that is itself the
    trouble keeps the way closed for one round only.
    """
    if not channel.is_probe_due():
        return
    rows = OutgoingMail.probes.waiting_unheld()
    row_id = rows.order_by("next_attempt_at", "pk").values_list("pk", flat=True).first()
    mail = row_id and OutgoingMail.probes.claim(row_id=row_id, job_id=context.job.id)
    if not mail:
        return
    _log(mail, delivery.deliver(mail, is_probe=True))
    while not channel.is_closed() and defer_rows_without_job(OutgoingMail):
        pass


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="purge_mail")
def purge(timestamp: int) -> None:
    """Forget what is older than anybody looks for it."""
    purged = retention.purge()
    if purged:
        logger.info("%d old mails were purged", purged)


def _log(mail: OutgoingMail, made: Attempt | None) -> None:
    if made is not None:
        logger.info(
            "Mail %d: %s %s in %d ms", mail.pk, made.result, made.status or "", made.duration_ms
        )
