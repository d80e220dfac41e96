"""What was never confirmed, and what ended long ago, is erased."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from cms.ops.outbox import OutboxRow
from integrations.newsletter.ledger import Evidence
from integrations.newsletter.list_services import let_go, remove
from integrations.newsletter.models import DRAFTS_FOR, ListImport, SignupRequest, Subscriber
from integrations.newsletter.states import ConsentKind, Route, State
from integrations.newsletter.transitions import change

UNCONFIRMED_FOR = timedelta(days=30)
LEFT_FOR = timedelta(days=3 * 365)
"""As long as somebody may ask for proof that the mails were wanted."""

_AT_ONCE = 500

logger = logging.getLogger(__name__)


def purge() -> int:
    """Erase who asked and did not confirm, and who left long ago. Answers how many, and says so in
    the log.

    Of the former nothing remains: perhaps it was not they who asked. Who was on the list before,
    left and asked again, has left. Of the latter a digest keeps imports away, as after an erasure.
    """
    count = _purge_all(_purge_unconfirmed) + _purge_all(_purge_left)
    ended = SignupRequest.objects.exclude(state=OutboxRow.State.WAITING)
    ended.filter(finished_at__lt=Now() - UNCONFIRMED_FOR).delete()
    drafts = ListImport.objects.filter(is_approved=False, created_at__lt=Now() - DRAFTS_FOR)
    drafts.delete()
    if count:
        logger.info("%d newsletter subscriptions were erased, their time was over", count)
    return count


def _purge_all(purge_batch: Callable[[], int]) -> int:
    """In batches of some hundreds, so that nobody waits for a lock of thousands."""
    count = 0
    while batch := purge_batch():
        count += batch
    return count


@transaction.atomic
def _purge_unconfirmed() -> int:
    old = Subscriber.objects.select_for_update(skip_locked=True).filter(
        state=State.PENDING, asked_at__lt=Now() - UNCONFIRMED_FOR
    )
    count = 0
    for subscriber in old.order_by("asked_at")[:_AT_ONCE]:
        if subscriber.left_at is None:
            remove(subscriber)
        else:
            _lapse(subscriber)
        count += 1
    return count


def _lapse(subscriber: Subscriber) -> None:
    change(
        subscriber,
        State.UNSUBSCRIBED,
        evidence=Evidence(route=Route.EXPIRY),
        kind=ConsentKind.LAPSED,
        left_at=subscriber.left_at,
    )


@transaction.atomic
def _purge_left() -> int:
    left = Subscriber.objects.exclude(state__in=(State.PENDING, State.CONFIRMED))
    old = left.select_for_update(skip_locked=True).filter(left_at__lt=Now() - LEFT_FOR)
    found = list(old.order_by("left_at")[:_AT_ONCE])
    for subscriber in found:
        let_go(subscriber, user=None)
    return len(found)
