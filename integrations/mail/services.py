"""What other apps and people do with mail."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from integrations.mail import channel, outbox, retention, suppressions
from integrations.mail.addresses import (
    Address,
    InvalidAddressError,
    canonical_address,
    parse_address,
)
from integrations.mail.headers import UnsafeHeaderError
from integrations.mail.message_templates import (
    MailTemplate,
    known_language,
    register_template,
    render,
)
from integrations.mail.models import OutgoingMail
from integrations.mail.progress import EventKind
from integrations.mail.signals import address_allowed

__all__ = [
    "Address",
    "InvalidAddressError",
    "MailTemplate",
    "UnsafeHeaderError",
    "address_digests",
    "address_digests_of",
    "allow_address",
    "cancel",
    "canonical_address",
    "forget",
    "is_suppressed",
    "lift_suppression",
    "mails_about",
    "parse_address",
    "queue_mail",
    "register_template",
    "send_again",
    "suppress_address",
    "suppressed_among",
    "try_now",
]


def queue_mail(
    *,
    template: str,
    to: str,
    context: Mapping[str, Any],
    language: str | None = None,
    to_name: str = "",
    reply_to: str = "",
    reference: str = "",
    headers: Mapping[str, str] | None = None,
) -> OutgoingMail:
    """Write a mail from a registered ``template`` to one address, in the caller's transaction.

    ``language``: a code of the site, else its first language. ``reference``: what it is about, like
    ``contact:17``, to find it again. ``headers``: more of them, as ``List-Unsubscribe``. What a
    visitor has written belongs into ``context`` (seen by the body only) and ``reply_to``.

    Raises `InvalidAddressError` and `UnsafeHeaderError`.
    """
    language = known_language(language)
    return outbox.enqueue(
        recipient=parse_address(to),
        recipient_name=to_name,
        content=render(template, context=context, language=language),
        reply_to=parse_address(reply_to) if reply_to else None,
        headers=headers,
        template=template,
        reference=reference,
        language=language,
    )


@transaction.atomic
def send_again(*, mail: OutgoingMail, user: AbstractBaseUser | None = None) -> bool:
    """Send a mail that has ended, or waits, now and with the same Message-ID.

    False while somebody is at it.
    """
    if not mail.send_again():
        return False
    OutgoingMail.objects.filter(pk=mail.pk).update(
        queued_at=timezone.now(),
        progress="",
        progress_at=None,
        is_unconfirmed=False,
        is_suppressed=False,
    )
    mail.refresh_from_db()
    log(mail, "mail.send_again", user=user)
    return True


@transaction.atomic
def cancel(*, mail: OutgoingMail, user: AbstractBaseUser | None = None) -> bool:
    """Withdraw a mail that waits or has failed. False if it has left already."""
    if not mail.cancel():
        return False
    log(mail, "mail.cancel", user=user)
    return True


@transaction.atomic
def allow_address(*, mail: OutgoingMail, user: AbstractBaseUser | None = None) -> bool:
    """Send to the recipient of ``mail`` again, although mail came back or was reported as spam.

    False if nothing was held back.
    """
    if not suppressions.lift(mail.canonical_recipient):
        return False
    log(mail, "mail.allow_address", user=user)
    address_allowed.send(OutgoingMail, canonical_address=mail.canonical_recipient, user=user)
    return True


def is_suppressed(address: str) -> bool:
    """Whether nothing is sent to ``address``. Raises `InvalidAddressError`."""
    return suppressions.is_suppressed(parse_address(address).canonical)


@transaction.atomic
def suppress_address(*, address: str, reason: EventKind) -> None:
    """Send nothing to ``address`` any more, for good. Somebody else than the provider knows."""
    suppressions.suppress(canonical_address(address), reason)


@transaction.atomic
def lift_suppression(*, address: str) -> bool:
    """Send to ``address`` again. False if nothing was held back. The caller logs who wanted it."""
    return suppressions.lift(canonical_address(address))


@transaction.atomic
def address_digests(address: str) -> list[str]:
    """Keyed digests that stand for ``address`` and tell nobody which it is, as the list of
    suppressed addresses has them: to remember somebody who is erased.

    The first is the one to store; any of them may be stored already (keys change).
    """
    return suppressions.digests(canonical_address(address))


def address_digests_of(canonical_addresses: Iterable[str]) -> dict[str, list[str]]:
    """`address_digests` of many at once."""
    return suppressions.digests_of(canonical_addresses)


def suppressed_among(canonical_addresses: Iterable[str]) -> set[str]:
    """Those of many to which nothing is sent."""
    return suppressions.suppressed_among(canonical_addresses)


@transaction.atomic
def try_now() -> None:
    """Somebody has mended what was wrong: try within a minute whether mails leave again."""
    channel.probe_soon()


def mails_about(reference: str) -> list[OutgoingMail]:
    """The mails that an app asked for under ``reference``, newest first."""
    return list(OutgoingMail.objects.filter(reference=reference).order_by("-created_at", "-pk"))


def forget(*, reference: str) -> int:
    """Delete the mails about something that is erased, sent or not. Answers how many."""
    return retention.erase(OutgoingMail.objects.filter(reference=reference))
