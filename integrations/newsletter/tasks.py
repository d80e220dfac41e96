"""What the worker does for the newsletter."""

import logging
from datetime import timedelta

from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app

from cms.ops.tasks import defer_rows_without_job
from integrations.newsletter import comparison, importing, list_sync, retention, services
from integrations.newsletter.client import ProviderError
from integrations.newsletter.ledger import Evidence
from integrations.newsletter.list_outbox import LIST_WAY, has_provider
from integrations.newsletter.models import ListComparison, ListEntry, ListImport, SignupRequest
from integrations.newsletter.providers import list_provider
from integrations.newsletter.states import Route
from integrations.newsletter.wording import VERSION, consent_text

MOST_ATTEMPTS = 10
LIST_QUEUE = "newsletter_list"
_MOST_COMPARISONS = 5
_PAUSE_OF_COMPARISON = timedelta(minutes=10)

logger = logging.getLogger(__name__)


@app.task(queue="newsletter", pass_context=True)
def process_request(context: JobContext, *, row_id: str) -> None:
    """Do what a visitor has asked for, and forget that it was asked; what looks like a program's is
    kept as it is.
    """
    request = SignupRequest.objects.claim(row_id=row_id, job_id=context.job.id)
    if request is None:
        return
    if request.attempts > MOST_ATTEMPTS:
        request.give_up(error="It has failed too often.")
        return
    with transaction.atomic():
        # In the same transaction: what is done twice is not done twice for anybody to see.
        if not request.finish():
            return
        if request.is_trapped:
            # Kept for some weeks, for people whose browser has filled in the hidden field.
            return
        services.subscribe(
            email=request.email,
            name=request.name,
            locale=request.locale,
            evidence=Evidence(
                route=Route(request.route),
                client=request.client,
                source=request.source,
                asked_at=request.created_at,
                **_words_read(request),
            ),
        )
        request.delete()


def _words_read(request: SignupRequest) -> dict[str, str]:
    """Our own page shows the sentence; what another website has shown, nobody here knows."""
    if request.route != Route.PAGE:
        return {}
    return {"wording": consent_text(request.locale), "wording_version": VERSION}


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="purge_newsletter")
def purge_newsletter(timestamp: int) -> None:
    """Erase what was never confirmed."""
    retention.purge()


@app.task(queue="newsletter", pass_context=True)
def import_list(context: JobContext, *, row_id: str) -> None:
    """Import a file that somebody has approved, from where it was stopped."""
    row = ListImport.objects.claim(row_id=row_id, job_id=context.job.id)
    if row is None:
        return
    if row.attempts > MOST_ATTEMPTS:
        row.give_up(error="It has failed too often.")
        return
    is_done = importing.run(row)
    logger.info("Import %s: %d of %d rows", row_id, row.rows_done, row.rows_total)
    if not is_done:
        logger.warning("Import %s was stopped", row_id)


@app.task(queue=LIST_QUEUE, pass_context=True)
def sync_entry(context: JobContext, *, row_id: str) -> None:
    """One attempt to bring the provider in step with one subscription."""
    entry = ListEntry.objects.claim(row_id=row_id, job_id=context.job.id)
    if entry is not None:
        logger.info("List entry %s: %s", row_id, list_sync.sync(entry) or "no provider")


@app.periodic(cron="* * * * * */10")
@app.task(
    queue=LIST_QUEUE,
    queueing_lock="probe_newsletter_list",
    lock="probe_newsletter_list",
    priority=10,
    pass_context=True,
)
def probe_list(context: JobContext, timestamp: int) -> None:
    """While the provider takes nothing, see from time to time whether it does again."""
    if not (has_provider() and LIST_WAY.is_probe_due()):
        return
    due = ListEntry.probes.due().order_by("next_attempt_at", "pk")
    row_id = due.values_list("pk", flat=True).first()
    entry = row_id and ListEntry.probes.claim(row_id=row_id, job_id=context.job.id)
    if not entry:
        # Nothing to try it with: whoever comes next is tried like any other.
        LIST_WAY.note_answer()
        return
    list_sync.sync(entry, is_probe=True)
    while not LIST_WAY.is_closed() and defer_rows_without_job(ListEntry):
        pass


@app.task(queue=LIST_QUEUE, pass_context=True)
def compare_lists(context: JobContext, *, row_id: str) -> None:
    """Compare the list at the provider with ours, and mend what differs if that was asked for."""
    row = ListComparison.objects.claim(row_id=row_id, job_id=context.job.id)
    provider = list_provider()
    if row is None or provider is None:
        if row is not None:
            row.cancel()
        return
    try:
        drift = comparison.compare(provider)
    except ProviderError as error:
        if row.attempts < _MOST_COMPARISONS:
            row.retry(after=_PAUSE_OF_COMPARISON * row.attempts, error=error.reason)
        else:
            row.give_up(error=error.reason)
        return
    if row.mends:
        comparison.mend(drift)
    with transaction.atomic():
        if row.finish():
            comparison.keep(row, drift)


@app.periodic(cron="31 2 * * *")
@app.task(queueing_lock="compare_newsletter_lists")
def compare_lists_each_night(timestamp: int) -> None:
    """An unsubscription at the provider whose event got lost is heard within a day."""
    if has_provider() and not ListComparison.objects.due().exists():
        ListComparison.enqueue()
