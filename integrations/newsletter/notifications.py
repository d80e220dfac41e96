"""The mails to subscribers.

Anybody can type a stranger's address into a form. So no mail repeats a word that was typed, and an
address gets few of them: one in three minutes and five in a day to confirm, and to those who are
subscribed already one in a day that says so. The counts are exact, and outlive an erasure.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cms.http.accepted_limit import LimitReachedError, accept_one
from integrations.mail.services import MailTemplate, queue_mail
from integrations.newsletter import links
from integrations.newsletter.models import Subscriber
from integrations.newsletter.wording import consent_text

CONFIRM = "newsletter_confirm"
WELCOME = "newsletter_welcome"
SUBSCRIBED_ALREADY = "newsletter_subscribed_already"

CONFIRM_LIMITS = (("newsletter-day", 5, timedelta(days=1)), ("newsletter", 1, timedelta(minutes=3)))
ALREADY_LIMITS = (("newsletter-already", 1, timedelta(days=1)), *CONFIRM_LIMITS)
_SAMPLE_TOKEN = "sample"  # noqa: S105 (of a link that leads nowhere)


def _sample() -> dict[str, object]:
    language = settings.LANGUAGE_CODE
    return {
        "confirm_url": links.confirm_url(_SAMPLE_TOKEN, language=language),
        "unsubscribe_url": links.unsubscribe_url(_SAMPLE_TOKEN, language=language),
        "consent_text": consent_text(language),
        "days": 7,
    }


TEMPLATES = (
    MailTemplate(CONFIRM, _("Newsletter: please confirm"), _sample),
    MailTemplate(WELCOME, _("Newsletter: welcome"), _sample),
    MailTemplate(SUBSCRIBED_ALREADY, _("Newsletter: subscribed already"), _sample),
)


def may_ask(canonical_email: str) -> bool:
    """Count one more mail to confirm, if the transaction commits; False if there were enough."""
    return _accept(canonical_email, CONFIRM_LIMITS)


def ask_to_confirm(subscriber: Subscriber, *, token: str, wording: str, days: int) -> None:
    """Without the name: it may be somebody else's words."""
    _mail(
        subscriber,
        CONFIRM,
        {
            "confirm_url": links.confirm_url(token, language=subscriber.locale),
            "consent_text": wording,
            "days": days,
        },
    )


def welcome(subscriber: Subscriber) -> None:
    token = links.unsubscribe_token(subscriber)
    url = links.unsubscribe_url(token, language=subscriber.locale)
    _mail(subscriber, WELCOME, {"unsubscribe_url": url}, headers=list_headers(subscriber))


def tell_subscribed_already(subscriber: Subscriber) -> None:
    """Who asks again has forgotten, or somebody else asks: the owner is told, nobody else."""
    if not _accept(subscriber.canonical_email, ALREADY_LIMITS):
        return
    token = links.unsubscribe_token(subscriber)
    url = links.unsubscribe_url(token, language=subscriber.locale)
    _mail(
        subscriber, SUBSCRIBED_ALREADY, {"unsubscribe_url": url}, headers=list_headers(subscriber)
    )


def list_headers(subscriber: Subscriber) -> dict[str, str]:
    """The headers of RFC 8058 that every mail of the list carries."""
    return {
        "List-Unsubscribe": f"<{links.one_click_url(links.unsubscribe_token(subscriber))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _mail(
    subscriber: Subscriber,
    template: str,
    context: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> None:
    queue_mail(
        template=template,
        to=subscriber.email,
        context=context,
        language=subscriber.locale,
        reference=subscriber.mail_reference,
        headers=headers,
    )


def _accept(canonical_email: str, limits: tuple[tuple[str, int, timedelta], ...]) -> bool:
    """All limits or none: what one refuses has not been counted by another."""
    digest = salted_hmac("newsletter.mails", canonical_email, algorithm="sha256").hexdigest()
    try:
        with transaction.atomic():
            for scope, limit, period in limits:
                accept_one(scope=scope, client=digest, limit=limit, period=period)
    except LimitReachedError:
        return False
    return True
