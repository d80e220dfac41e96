"""What the mail provider tells of an address ends its subscription; changes go on to the list."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from integrations.mail.progress import EventKind
from integrations.mail.signals import address_allowed, address_told
from integrations.newsletter import list_services, services
from integrations.newsletter.ledger import Evidence
from integrations.newsletter.list_outbox import note_subscriber
from integrations.newsletter.models import Subscriber
from integrations.newsletter.signals import subscription_changed
from integrations.newsletter.states import Route, State

_ACT: dict[EventKind, Callable[..., bool]] = {
    EventKind.BOUNCED: services.mark_bounced,
    EventKind.COMPLAINED: services.mark_complained,
    EventKind.UNSUBSCRIBED: services.leave,
}


def connect() -> None:
    address_told.connect(_follow, dispatch_uid="newsletter")
    address_allowed.connect(_release, dispatch_uid="newsletter")
    subscription_changed.connect(_keep_in_step, dispatch_uid="newsletter_list")


def _follow(*, canonical_address: str, kind: EventKind, **_kwargs: Any) -> None:
    act = _ACT.get(kind)
    if act is not None:
        act(address=canonical_address, evidence=Evidence(route=Route.PROVIDER))


def _release(*, canonical_address: str, user: AbstractBaseUser | None, **_kwargs: Any) -> None:
    list_services.release_address(canonical_address=canonical_address, user=user)


def _keep_in_step(
    *, subscriber: Subscriber, former: State | None, is_erased: bool, **_kwargs: Any
) -> None:
    note_subscriber(subscriber, former=former, is_erased=is_erased)
