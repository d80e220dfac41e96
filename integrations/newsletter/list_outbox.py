"""Notes that the provider has to be told of an address, in the transaction of what has changed."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from cms.ops.outbox import OutboxRow
from integrations.mail.channel import Way
from integrations.newsletter.models import ListEntry, Subscriber, way_key
from integrations.newsletter.states import State

LIST_WAY = Way(
    key=way_key,
    rows=ListEntry.objects.all,
    subject="The newsletter’s list",
    closed_subject="The newsletter’s list is not kept in step",
    advice=lambda: (
        "Changes wait and none is lost. Check the provider's key and the list in the settings, "
        f"then choose “Try now” in {settings.PUBLIC_URL}/admin/newsletter-list/"
    ),
)


def has_provider() -> bool:
    """Whether a copy of the list is kept anywhere."""
    return bool(settings.NEWSLETTER_PROVIDER != "none")


def condition() -> str | None:
    """For /readyz."""
    return LIST_WAY.condition() if has_provider() else None


def note_subscriber(subscriber: Subscriber, *, former: State | None, is_erased: bool) -> None:
    """A subscription has changed. Nothing to tell of who was never on the list."""
    canonical = subscriber.canonical_email
    is_wanted = subscriber.state == State.CONFIRMED and not is_erased
    is_new = former is None and not is_erased
    if is_wanted or former == State.CONFIRMED or (not is_new and _is_known(canonical)):
        note_address(canonical)


def _is_known(canonical_address: str) -> bool:
    return ListEntry.objects.filter(canonical_address=canonical_address).exists()


@transaction.atomic
def note_address(canonical_address: str) -> None:
    """Have the worker bring the provider in step with what is here, if the transaction commits.

    Without a provider nothing is kept, and what a former one knew is forgotten.
    """
    known = ListEntry.objects.filter(canonical_address=canonical_address)
    if not has_provider():
        known.delete()
    elif not _note_change(known):
        try:
            with transaction.atomic():
                ListEntry.enqueue(canonical_address=canonical_address)
        except IntegrityError:
            # Another transaction was quicker, and has committed by now.
            _note_change(known)


@transaction.atomic
def try_failed_again() -> int:
    """Begin anew with all that was given up; answers how many. Some statements, however many."""
    failed = ListEntry.objects.failed()
    found = list(failed.select_for_update().order_by("pk").values_list("pk", flat=True))
    rows = failed.filter(pk__in=found)
    count = _queue_again(rows)
    if count:
        task = app.configure_task(ListEntry.task_name, allow_unknown=False)
        jobs: list[dict[str, JSONValue]] = [{"row_id": str(pk)} for pk in found]
        task.batch_defer(*jobs)
    return count


def set_failed_aside() -> int:
    """Forget what was given up, until the subscription changes; answers how many."""
    aside = {"state": OutboxRow.State.CANCELLED, "finished_at": Now()}
    return ListEntry.objects.failed().update(**aside)


def _note_change(known: QuerySet[ListEntry]) -> bool:
    """False if there is no row yet."""
    noted = _queue_again(known)
    if noted:
        # If somebody is at it, he will see that it has changed, and go on.
        known.get().defer()
    return bool(noted)


def _queue_again(rows: QuerySet[ListEntry]) -> int:
    return rows.update(
        revision=F("revision") + 1,
        state=OutboxRow.State.WAITING,
        # Whoever holds it takes back one.
        attempts=Case(When(lease_token=None, then=0), default=1),
        queued_at=timezone.now(),
        next_attempt_at=Now(),
        finished_at=None,
        reported_at=None,
        last_error="",
    )
