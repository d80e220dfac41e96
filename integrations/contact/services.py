"""What visitors and the staff do with messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from wagtail.log_actions import log

from cms.http.accepted_limit import LimitReachedError, accept_one
from cms.models import User
from cms.personal_data_log import log_people
from integrations.contact import notifications
from integrations.contact.models import ContactMessage, ContactSettings, Note
from integrations.contact.states import Source, State, Suspicion
from integrations.mail.services import forget, parse_address

__all__ = [
    "LimitReachedError",
    "Submission",
    "add_note",
    "assign",
    "change_state",
    "erase",
    "note_export",
    "note_read",
    "receive",
]

MOST_ACCEPTED = 3
ACCEPTED_IN = timedelta(minutes=60)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a visitor has sent, checked by the form or the API."""

    name: str
    email: str
    message: str
    subject: str
    locale: str
    has_consented: bool
    source: Source
    suspicion: Suspicion = Suspicion.NONE


@transaction.atomic
def receive(*, submission: Submission, client: str) -> ContactMessage:
    """Store a message and write the mails about it, all or nothing.

    What is suspicious is held as spam and sends no mail; a filled honeypot does not count against
    the client's limit either, so a program learns nothing by going on.

    Raises `LimitReachedError`, and `InvalidAddressError` if the address was not checked.
    """
    if submission.suspicion != Suspicion.HONEYPOT:
        accept_one(scope="contact", client=client, limit=MOST_ACCEPTED, period=ACCEPTED_IN)
    canonical_email = parse_address(submission.email).canonical
    suspicion = submission.suspicion
    if not suspicion and ContactSettings.load().holds(canonical_email):
        suspicion = Suspicion.SENDER
    message = ContactMessage.objects.create(
        name=submission.name,
        email=submission.email,
        canonical_email=canonical_email,
        subject=submission.subject,
        message=submission.message,
        locale=submission.locale,
        has_consented=submission.has_consented,
        source=submission.source,
        suspicion=suspicion,
        state=State.SPAM if suspicion else State.NEW,
    )
    message.refresh_from_db(fields=["received_at"])
    if not suspicion:
        notifications.tell_staff(message)
        notifications.acknowledge(message)
    return message


@transaction.atomic
def change_state(
    *, messages: Iterable[ContactMessage], state: State, user: AbstractBaseUser | None
) -> int:
    """Answers how many were in another state. The staff is told of what turns out to be no spam."""
    changed = 0
    for message in _locked(messages):
        if message.state == state:
            continue
        former = message.state
        message.state = state
        message.save(update_fields=["state"])
        if former == State.SPAM and state != State.ARCHIVED:
            _release(message)
        log(message, "contact.state", user=user, data={"from": former, "to": state})
        changed += 1
    return changed


def _release(message: ContactMessage) -> None:
    notifications.tell_staff(message)
    if message.state == State.NEW and message.assignee_id is None:
        # Who found it among the spam has not dealt with it.
        ContactMessage.objects.filter(pk=message.pk).update(first_read_at=None)


@transaction.atomic
def assign(
    *,
    messages: Iterable[ContactMessage],
    assignee: AbstractBaseUser | None,
    user: AbstractBaseUser | None,
) -> int:
    """Give messages to somebody, or to nobody. Answers how many had somebody else."""
    changed = 0
    for message in _locked(messages):
        if message.assignee_id == (assignee.pk if assignee else None):
            continue
        ContactMessage.objects.filter(pk=message.pk).update(assignee=assignee)
        given_to = assignee.pk if assignee else None
        data = {"field": "assignee", "from": message.assignee_id, "to": given_to}
        log(message, "contact.assign", user=user, data=data)
        changed += 1
    return changed


@transaction.atomic
def add_note(*, message: ContactMessage, text: str, user: AbstractBaseUser | None) -> Note:
    note = Note.objects.create(message=message, author_id=user.pk if user else None, text=text)
    log(message, "contact.note", user=user)
    return note


@transaction.atomic
def note_read(*, message: ContactMessage, user: AbstractBaseUser | None) -> None:
    """Somebody has opened the message: it is no longer new to the staff, and that is logged."""
    ContactMessage.objects.filter(pk=message.pk, first_read_at=None).update(first_read_at=Now())
    log(message, "contact.read", user=user)


@transaction.atomic
def note_export(*, messages: QuerySet[ContactMessage], file_type: str, user: User) -> None:
    """The log says which messages have left in a file."""
    ids = list(messages.values_list("pk", flat=True))
    data = {"format": file_type, "count": len(ids)}
    log_people(action="contact.export", model=ContactMessage, ids=ids, user=user, **data)


@transaction.atomic
def erase(*, messages: Iterable[ContactMessage], user: AbstractBaseUser | None) -> int:
    """Delete messages with their notes and the mails about them, sent or not.

    The log keeps that they were there, and nothing of them.
    """
    count = 0
    for message in _locked(messages):
        forget(reference=message.mail_reference)
        log(message, "contact.erase", user=user, deleted=True)
        message.delete()
        count += 1
    return count


def _locked(messages: Iterable[ContactMessage]) -> Iterable[ContactMessage]:
    """In one order, so that two people at once do not wait for each other."""
    keys = [message.pk for message in messages]
    return list(ContactMessage.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
