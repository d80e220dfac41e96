"""The one place where a subscription changes its state: row, ledger and signal together."""

from typing import Any

from django.db.models.functions import Now

from integrations.newsletter.ledger import Evidence, record
from integrations.newsletter.models import Confirmation, Subscriber
from integrations.newsletter.signals import subscription_changed
from integrations.newsletter.states import MAY_BECOME, ConsentKind, State

_KIND = {
    State.CONFIRMED: ConsentKind.CONFIRMED,
    State.UNSUBSCRIBED: ConsentKind.WITHDRAWN,
    State.BOUNCED: ConsentKind.BOUNCED,
    State.COMPLAINED: ConsentKind.COMPLAINED,
}


def locked(**lookup: Any) -> Subscriber | None:
    """The subscriber, held to the end of the transaction."""
    return Subscriber.objects.select_for_update().filter(**lookup).first()


def change(
    subscriber: Subscriber,
    state: State,
    *,
    evidence: Evidence,
    kind: ConsentKind | None = None,
    **values: Any,
) -> bool:
    """Bring a `locked` subscriber to ``state``. False if it is there or may not go there.

    ``kind``: of the entry in the ledger, if not the state's own; ``values``: fields that change
    along with it.
    """
    former = State(subscriber.state)
    if state not in MAY_BECOME[former]:
        return False
    if state == State.CONFIRMED:
        values["confirmed_at"] = Now()
        values["left_at"] = None
    elif state != State.PENDING:
        values.setdefault("left_at", Now())
        # A link that was mailed before must not bring back who has left.
        unused = Confirmation.objects.filter(subscriber=subscriber, used_at=None)
        unused.update(expires_at=Now())
    Subscriber.objects.filter(pk=subscriber.pk).update(state=state, **values)
    subscriber.refresh_from_db()
    written = kind or _KIND.get(state)
    if written is not None:
        record(subscriber=subscriber, kind=written, evidence=evidence)
    announce(subscriber, former=former)
    return True


def announce(subscriber: Subscriber, *, former: State | None, is_erased: bool = False) -> None:
    subscription_changed.send(Subscriber, subscriber=subscriber, former=former, is_erased=is_erased)
