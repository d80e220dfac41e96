"""What this app keeps about a person: mails to them, and mails that answer to them."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cms.personal_data import PersonalDataSource, Record, register_personal_data
from integrations.mail import retention
from integrations.mail.addresses import canonical_address
from integrations.mail.models import Attempt, DeliveryEvent, OutgoingMail
from integrations.mail.progress import AttemptResult, EventKind

_LABELS = {
    "created_at": _("When"),
    "to": _("To"),
    "to_name": _("Name"),
    "reply_to": _("Answers go to"),
    "subject": _("Subject"),
    "text": _("Text"),
    "status": _("State"),
    "attempts": _("Attempts"),
    "started_at": _("When"),
    "result": _("Result"),
    "answer": _("Answer"),
    "events": _("What the provider told later"),
    "occurred_at": _("When"),
    "kind": _("Event"),
    "detail": _("Answer"),
}


def register() -> None:
    register_personal_data(PersonalDataSource("mails", _("Mails"), _find, _erase, _LABELS))


def _mails(address: str) -> QuerySet[OutgoingMail]:
    address = canonical_address(address)
    answered = OutgoingMail.objects.annotate(answered=Lower("reply_to"))
    return answered.filter(Q(canonical_recipient=address) | Q(answered=address))


def _find(address: str) -> list[Record]:
    found = _mails(address).prefetch_related("attempts_made", "events").order_by("created_at", "pk")
    return [_record(mail) for mail in found]


def _record(mail: OutgoingMail) -> Record:
    return {
        "created_at": mail.created_at,
        "to": mail.recipient,
        "to_name": mail.recipient_name,
        "reply_to": mail.reply_to,
        "subject": mail.subject,
        "text": mail.readable_text,
        "status": mail.status,
        "attempts": [_attempt(each) for each in mail.attempts_made.all()],
        "events": [_event(each) for each in mail.events.all()],
    }


def _attempt(attempt: Attempt) -> Record:
    return {
        "started_at": attempt.started_at,
        "result": AttemptResult(attempt.result),
        "answer": attempt.answer,
    }


def _event(event: DeliveryEvent) -> Record:
    return {
        "occurred_at": event.occurred_at,
        "kind": EventKind(event.kind),
        "detail": event.detail,
    }


def _erase(address: str) -> int:
    """Also what waits: nobody is written to any more. What keeps an address from being written to
    again is kept elsewhere, without the address.
    """
    return retention.erase(_mails(address))
