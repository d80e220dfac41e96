"""What visitors do with their subscription, and what mail providers tell of it.

What the staff does is in `list_services`. All of it runs in the caller's transaction, together with
the entry in the consent ledger, the mail, and `signals.subscription_changed`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from cms.derived_tokens import digest
from cms.http.advisory_lock import wait_for_lock
from integrations.mail.progress import EventKind
from integrations.mail.services import (
    canonical_address,
    is_suppressed,
    parse_address,
    suppress_address,
)
from integrations.newsletter import ledger, links, notifications
from integrations.newsletter.ledger import Evidence
from integrations.newsletter.links import UnknownTokenError
from integrations.newsletter.models import (
    Confirmation,
    SignupRequest,
    Subscriber,
)
from integrations.newsletter.objections import withdraw_objection
from integrations.newsletter.states import SUPPRESSED, ConsentKind, Route, State
from integrations.newsletter.transitions import announce, change, locked
from integrations.newsletter.wording import VERSION, consent_text

__all__ = [
    "CONFIRM_WITHIN",
    "Evidence",
    "ExpiredTokenError",
    "UnknownTokenError",
    "change_language",
    "confirm",
    "leave",
    "mark_bounced",
    "mark_complained",
    "request_subscription",
    "subscribe",
    "unsubscribe",
]

CONFIRM_WITHIN = timedelta(days=7)


class ExpiredTokenError(LookupError):
    """We made this token, but its time is over."""


@transaction.atomic
def request_subscription(
    *,
    email: str,
    name: str,
    locale: str,
    source: str,
    route: Route,
    client: str,
    is_trapped: bool = False,
) -> None:
    """Take what a visitor has sent; the worker does the rest with `subscribe`.

    Nothing here depends on whether the address is known, so neither does the time that it takes.
    Raises `InvalidAddressError`.
    """
    SignupRequest.enqueue(
        email=email,
        canonical_email=parse_address(email).canonical,
        name=name,
        locale=locale,
        source=source,
        route=route,
        client=client,
        is_trapped=is_trapped,
    )


@transaction.atomic
def subscribe(*, email: str, name: str = "", locale: str, evidence: Evidence) -> Subscriber | None:
    """Ask the owner of an address whether it shall get the newsletter.

    New and unsubscribed ones become pending and get a link to confirm; pending ones another link;
    subscribed ones a mail that says so. Answers None, and mails nothing, if the address takes no
    mail or has had enough of these mails. Raises `InvalidAddressError`.
    """
    address = parse_address(email)
    # Two at once would both find nothing.
    wait_for_lock(f"newsletter:{address.canonical}")
    subscriber = locked(canonical_email=address.canonical)
    if is_suppressed(email) or (subscriber and subscriber.state in SUPPRESSED):
        return None
    if subscriber and subscriber.state == State.CONFIRMED:
        notifications.tell_subscribed_already(subscriber)
        return subscriber
    if not notifications.may_ask(address.canonical):
        return None
    given: dict[str, Any] = {
        "email": address.given,
        "name": name,
        "locale": locale,
        # Of an import it is where the consent is kept, which is for the ledger.
        "source": "" if evidence.route == Route.IMPORT else evidence.source,
    }
    if subscriber is None:
        subscriber = Subscriber.objects.create(canonical_email=address.canonical, **given)
        announce(subscriber, former=None)
    elif subscriber.state == State.PENDING:
        Subscriber.objects.filter(pk=subscriber.pk).update(asked_at=Now(), **given)
        subscriber.refresh_from_db()
    else:
        change(subscriber, State.PENDING, evidence=evidence, asked_at=Now(), **given)
    ledger.record(subscriber=subscriber, kind=ConsentKind.ASKED, evidence=evidence)
    _mail_link(subscriber)
    return subscriber


def _mail_link(subscriber: Subscriber) -> None:
    token = links.new_confirm_token()
    wording = consent_text(subscriber.locale)
    Confirmation.objects.create(
        subscriber=subscriber,
        token_digest=digest(token),
        name=subscriber.name,
        locale=subscriber.locale,
        wording=wording,
        wording_version=VERSION,
        expires_at=Now() + CONFIRM_WITHIN,
    )
    days = CONFIRM_WITHIN.days
    notifications.ask_to_confirm(subscriber, token=token, wording=wording, days=days)


@transaction.atomic
def confirm(*, token: str, route: Route, client: str = "") -> Subscriber:
    """Confirm a subscription, once. Answers the subscriber as it is then.

    The name, the language and the words agreed to are those of the mail that the link stood in. A
    repeat changes nothing: who has left meanwhile stays away. Raises `UnknownTokenError` and
    `ExpiredTokenError`.
    """
    confirmation = confirmation_of(token)
    subscriber = locked(pk=confirmation.subscriber_id)
    if subscriber is None:
        raise UnknownTokenError
    if confirmation.used_at is not None or subscriber.state == State.CONFIRMED:
        return subscriber
    if not can_confirm(confirmation, subscriber):
        raise ExpiredTokenError
    Confirmation.objects.filter(pk=confirmation.pk).update(used_at=Now())
    withdraw_objection(subscriber.canonical_email)
    evidence = Evidence(
        route=route,
        client=client,
        wording=confirmation.wording,
        wording_version=confirmation.wording_version,
    )
    change(
        subscriber,
        State.CONFIRMED,
        evidence=evidence,
        name=confirmation.name,
        locale=confirmation.locale,
    )
    notifications.welcome(subscriber)
    return subscriber


def confirmation_of(token: str) -> Confirmation:
    """The link that a token belongs to, with its subscriber. Raises `UnknownTokenError`."""
    found = Confirmation.objects.select_related("subscriber").filter(token_digest=digest(token))
    confirmation: Confirmation | None = found.first()
    if confirmation is None:
        raise UnknownTokenError
    return confirmation


def can_confirm(confirmation: Confirmation, subscriber: Subscriber) -> bool:
    """Whether the link still turns a pending subscription into a real one."""
    return (
        subscriber.state == State.PENDING
        and confirmation.used_at is None
        and confirmation.expires_at > timezone.now()
        and not is_suppressed(subscriber.email)
    )


@transaction.atomic
def unsubscribe(*, token: str, route: Route, client: str = "") -> bool:
    """Take the owner of a token off the list; a repeat changes nothing.

    False if the subscription was erased: whoever had it may have subscribed anew since then, and
    nothing was kept to find that out. Raises `UnknownTokenError`.
    """
    subscriber = links.subscriber_of(token)
    if subscriber is not None:
        _leave(subscriber, Evidence(route=route, client=client))
    return subscriber is not None


@transaction.atomic
def leave(
    *, address: str, evidence: Evidence, unless_confirmed_since: datetime | None = None
) -> bool:
    """Somebody has told the mail provider, or a person, that ``address`` shall get no more.

    ``unless_confirmed_since``: when that was seen; whoever has confirmed after it stays. False if
    it changes nothing.
    """

    def act(subscriber: Subscriber) -> bool:
        seen_at, confirmed_at = unless_confirmed_since, subscriber.confirmed_at
        if seen_at is not None and confirmed_at is not None and confirmed_at >= seen_at:
            return False
        return _leave(subscriber, evidence)

    return _of(address, act)


def _leave(subscriber: Subscriber, evidence: Evidence) -> bool:
    held = locked(pk=subscriber.pk)
    return (
        held is not None
        and held.state not in SUPPRESSED
        and change(held, State.UNSUBSCRIBED, evidence=evidence)
    )


@transaction.atomic
def mark_bounced(*, address: str, evidence: Evidence) -> bool:
    """There is no such mailbox: nothing is sent there any more. False if we knew, or do not know
    the address.
    """
    return _suppress(address, State.BOUNCED, EventKind.BOUNCED, evidence)


@transaction.atomic
def mark_complained(*, address: str, evidence: Evidence) -> bool:
    """A mail was reported as spam: nothing is sent there any more, for good. False as above."""
    return _suppress(address, State.COMPLAINED, EventKind.COMPLAINED, evidence)


def _suppress(address: str, state: State, reason: EventKind, evidence: Evidence) -> bool:
    suppress_address(address=address, reason=reason)
    return _of(address, lambda subscriber: change(subscriber, state, evidence=evidence))


def _of(address: str, act: Callable[[Subscriber], bool]) -> bool:
    subscriber = locked(canonical_email=canonical_address(address))
    return subscriber is not None and act(subscriber)


@transaction.atomic
def change_language(*, subscriber: Subscriber, locale: str, evidence: Evidence) -> bool:
    """Write in another language of the site from now on. False if that changes nothing."""
    held = locked(pk=subscriber.pk)
    if held is None or held.locale == locale or locale not in dict(settings.LANGUAGES):
        return False
    Subscriber.objects.filter(pk=held.pk).update(locale=locale)
    held.refresh_from_db()
    ledger.record(subscriber=held, kind=ConsentKind.LANGUAGE, evidence=evidence)
    announce(held, former=State(held.state))
    return True
