"""What follows from what a provider tells: the state of a mail, and of an address."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from cms.ops.outbox import OutboxRow
from integrations.mail import suppressions
from integrations.mail.addresses import InvalidAddressError, parse_address
from integrations.mail.models import DeliveryEvent, OutgoingMail
from integrations.mail.progress import ORDER, PROGRESS_OF, SUPPRESSING, EventKind
from integrations.mail.providers.base import Event
from integrations.mail.signals import address_told, mail_changed


@transaction.atomic
def record(provider: str, events: Iterable[Event]) -> int:
    """Note what is new in ``events``, in whatever order and however often they come.

    Answers how many were new.
    """
    return sum(_record_one(provider, event) for event in events)


def _record_one(provider: str, event: Event) -> bool:
    mail = _mail_of(event)
    _row, is_new = DeliveryEvent.objects.get_or_create(
        provider=provider,
        event_id=sha256(event.event_id.encode("utf-8", "replace")).hexdigest(),
        defaults={
            "mail": mail,
            "kind": event.kind,
            "detail": event.detail if mail else "",
            "occurred_at": event.occurred_at,
        },
    )
    if not is_new:
        return False
    if mail is not None:
        _advance(mail, event)
    _note_address(mail, event)
    return True


def _mail_of(event: Event) -> OutgoingMail | None:
    for message_id in event.message_ids:
        bracketed = f"<{message_id}>"
        known = Q(message_id=bracketed) | Q(provider_message_id__in=(bracketed, message_id))
        mail: OutgoingMail | None = OutgoingMail.objects.filter(known).first()
        if mail is not None:
            return mail
    return None


def _advance(mail: OutgoingMail, event: Event) -> None:
    progress = PROGRESS_OF.get(event.kind)
    if progress is None:
        return
    earlier = [each for each, number in ORDER.items() if number < ORDER[progress]]
    rows = OutgoingMail.objects.filter(pk=mail.pk, progress__in=earlier)
    if not rows.update(progress=progress, progress_at=event.occurred_at):
        return
    # The provider had taken it, although its answer never came: it is not lost after all.
    OutgoingMail.objects.filter(pk=mail.pk, state=OutboxRow.State.DEAD).update(
        state=OutboxRow.State.DONE
    )
    mail.refresh_from_db()
    mail_changed.send(OutgoingMail, mail=mail)


def _note_address(mail: OutgoingMail | None, event: Event) -> None:
    if event.kind not in (*SUPPRESSING, EventKind.UNSUBSCRIBED):
        return
    try:
        address = parse_address(event.recipient, is_local_allowed=True).canonical
    except InvalidAddressError:
        if mail is None:
            return
        address = mail.canonical_recipient
    if event.kind in SUPPRESSING:
        suppressions.suppress(address, event.kind)
    address_told.send(DeliveryEvent, canonical_address=address, kind=event.kind)
