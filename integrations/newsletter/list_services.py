"""What the staff does with the list: importing, releasing, erasing."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from wagtail.log_actions import log

from cms.http.advisory_lock import wait_for_lock
from integrations.mail.services import forget, is_suppressed, lift_suppression, parse_address
from integrations.newsletter import services
from integrations.newsletter.ledger import Evidence, erasing
from integrations.newsletter.models import SignupRequest, Subscriber
from integrations.newsletter.objections import has_objected, object_for
from integrations.newsletter.states import (
    MAY_LEAVE,
    SUPPRESSED,
    ConsentKind,
    ImportResult,
    Route,
    State,
)
from integrations.newsletter.transitions import announce, change, locked

__all__ = [
    "TransitionError",
    "ask_again",
    "change_state",
    "erase",
    "import_subscriber",
    "release_address",
    "take_off",
]


class TransitionError(ValueError):
    """The staff may not bring a subscription from its state to that one."""


@transaction.atomic
def import_subscriber(
    *,
    email: str,
    consent_source: str,
    locale: str,
    name: str = "",
    consented_at: datetime | None = None,
    asks_to_confirm: bool = False,
) -> ImportResult:
    """Take over somebody of another list, who has agreed there already.

    ``consent_source``: where that consent is kept, for the ledger; ``consented_at``: when it was
    given, if that is known. Mails nothing, unless ``asks_to_confirm``: then as if they had
    subscribed now. Who has left, was erased at their wish or takes no mail is never brought back.

    Raises `InvalidAddressError`.
    """
    address = parse_address(email)
    wait_for_lock(f"newsletter:{address.canonical}")
    subscriber = locked(canonical_email=address.canonical)
    refusal = _refusal(address.canonical, subscriber)
    if refusal is not None:
        return refusal
    evidence = Evidence(route=Route.IMPORT, source=consent_source, asked_at=consented_at)
    if asks_to_confirm:
        asked = services.subscribe(email=email, name=name, locale=locale, evidence=evidence)
        return ImportResult.ASKED if asked else ImportResult.WAITS
    if subscriber is None:
        subscriber = Subscriber.objects.create(
            email=address.given, canonical_email=address.canonical, name=name, locale=locale
        )
        announce(subscriber, former=None)
    # Anybody may have typed in what is there of somebody who has not confirmed.
    given = {"email": address.given, "name": name, "locale": locale, "source": ""}
    change(subscriber, State.CONFIRMED, evidence=evidence, kind=ConsentKind.IMPORTED, **given)
    return ImportResult.ADDED


def _refusal(canonical: str, subscriber: Subscriber | None) -> ImportResult | None:
    if is_suppressed(canonical) or (subscriber and subscriber.state in SUPPRESSED):
        return ImportResult.SUPPRESSED
    if subscriber is None:
        return ImportResult.ERASED if has_objected(canonical) else None
    # Asked again after leaving, and not confirmed: the last that is sure is that they left.
    if subscriber.state == State.UNSUBSCRIBED or subscriber.left_at is not None:
        return ImportResult.LEFT
    return ImportResult.UNCHANGED if subscriber.state == State.CONFIRMED else None


@transaction.atomic
def change_state(
    *, subscribers: Iterable[Subscriber], state: State, user: AbstractBaseUser | None
) -> int:
    """Take people off the list, note that an address takes no mail, or release one that did not:
    it is unsubscribed then, and gets mail again if it asks for it.

    Answers how many were in another state. Raises `TransitionError`, and changes nobody, if one of
    them would get the newsletter without having confirmed.
    """
    changed = 0
    for subscriber in _locked(subscribers):
        former = State(subscriber.state)
        if former == state:
            continue
        if state in (State.PENDING, State.CONFIRMED):
            raise TransitionError
        kind = None
        if former in SUPPRESSED and state == State.UNSUBSCRIBED:
            lift_suppression(address=subscriber.canonical_email)
            kind = ConsentKind.RELEASED
        evidence = Evidence(route=Route.STAFF)
        if state in SUPPRESSED:
            _mark(subscriber, state, evidence)
        elif not change(subscriber, state, evidence=evidence, kind=kind):
            raise TransitionError
        log(subscriber, "newsletter.state", user=user, data={"from": former, "to": state})
        changed += 1
    return changed


@transaction.atomic
def take_off(*, subscribers: Iterable[Subscriber], user: AbstractBaseUser | None) -> int:
    """Take people off the list, or from those who may still confirm. The others stay as they are:
    of those whose address takes no mail, nobody has said that it takes mail again.

    Answers how many it were.
    """
    leaving = [each for each in _locked(subscribers) if each.state in MAY_LEAVE]
    return change_state(subscribers=leaving, state=State.UNSUBSCRIBED, user=user)


@transaction.atomic
def release_address(*, canonical_address: str, user: AbstractBaseUser | None) -> bool:
    """Somebody of the staff lets mail go to an address again that took none. False if its owner is
    no subscriber, or not held back.
    """
    held = Subscriber.objects.filter(canonical_email=canonical_address, state__in=SUPPRESSED)
    return change_state(subscribers=held, state=State.UNSUBSCRIBED, user=user) > 0


@transaction.atomic
def ask_again(*, subscriber: Subscriber, user: AbstractBaseUser | None) -> bool:
    """Mail the link to confirm once more, because the person says that it got lost.

    False if they need none, or the address has had enough of these mails.
    """
    if subscriber.state != State.PENDING:
        return False
    asked = services.subscribe(
        email=subscriber.email,
        name=subscriber.name,
        locale=subscriber.locale,
        evidence=Evidence(route=Route.STAFF, source=subscriber.source),
    )
    if asked is None:
        return False
    log(subscriber, "newsletter.ask_again", user=user)
    return True


def _mark(subscriber: Subscriber, state: State, evidence: Evidence) -> None:
    mark = services.mark_bounced if state == State.BOUNCED else services.mark_complained
    if not mark(address=subscriber.canonical_email, evidence=evidence):
        raise TransitionError


@transaction.atomic
def erase(*, subscribers: Iterable[Subscriber], user: AbstractBaseUser | None) -> int:
    """Erase people at their wish: row, ledger, links and mails.

    A keyed digest keeps imports from bringing them back; whose address takes no mail stays on the
    mail's list of such digests. The log keeps that somebody was there, and nothing of them.
    """
    held = _locked(subscribers)
    for subscriber in held:
        SignupRequest.objects.filter(canonical_email=subscriber.canonical_email).delete()
        let_go(subscriber, user=user)
    return len(held)


def let_go(subscriber: Subscriber, *, user: AbstractBaseUser | None) -> None:
    """As `erase`, but what they may have asked for just now still waits for the worker."""
    object_for(subscriber.canonical_email)
    log(subscriber, "newsletter.erase", user=user, deleted=True)
    remove(subscriber)


def remove(subscriber: Subscriber) -> None:
    """Delete a locked subscriber with everything about them. What waits for the worker stays."""
    announce(subscriber, former=State(subscriber.state), is_erased=True)
    forget(reference=subscriber.mail_reference)
    with erasing():
        subscriber.delete()


def _locked(subscribers: Iterable[Subscriber]) -> list[Subscriber]:
    """In one order, so that two people at once do not wait for each other."""
    keys = [subscriber.pk for subscriber in subscribers]
    return list(Subscriber.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
