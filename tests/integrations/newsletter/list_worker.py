"""People on the list, and what the worker does about them."""

from datetime import timedelta

from django.utils import timezone

from integrations.newsletter import list_services, list_sync, tasks
from integrations.newsletter.models import ListEntry, Subscriber

ANA = "ana@example.org"


def confirmed(address: str = ANA, name: str = "Ana", locale: str = "en") -> Subscriber:
    list_services.import_subscriber(
        email=address, name=name, locale=locale, consent_source="a list on paper"
    )
    subscriber: Subscriber = Subscriber.objects.get(email=address)
    return subscriber


def make_due() -> None:
    ListEntry.objects.waiting().update(next_attempt_at=timezone.now() - timedelta(minutes=5))


def attempt(address: str = ANA) -> ListEntry | None:
    """What the worker does with an entry that is due; answers what is left of it."""
    entry = ListEntry.objects.get(canonical_address=address)
    claimed = ListEntry.objects.claim(row_id=entry.pk, job_id=None)
    assert claimed is not None, "not due"
    list_sync.sync(claimed)
    return ListEntry.objects.filter(pk=entry.pk).first()


def work() -> None:
    """Everything that is due, until nothing is."""
    for _round in range(5):
        make_due()
        for row_id in list(ListEntry.objects.due().values_list("pk", flat=True)):
            tasks.sync_entry.func(WorkerContext(), row_id=str(row_id))


class _Job:
    id = None


class WorkerContext:
    job = _Job()
