"""The links in mails, and the tokens in them.

A token to confirm is random, belongs to one mail and is stored as a digest. The one to unsubscribe
is derived, because every mail shows it again: ``<row>.<HMAC>``. It never expires: it is good as
long as its key is known, or for ever if it was sent to somebody who is still on the list.
"""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_urlsafe
from urllib.parse import urlencode

from django.conf import settings
from django.db.models.expressions import F, Func, Value

from cms.derived_tokens import derive_token, digest, is_token_of
from integrations.newsletter.models import Subscriber

_PURPOSE = "newsletter.unsubscribe"
_CONFIRM_BYTES = 32


class UnknownTokenError(LookupError):
    """We have not made this token."""


def new_confirm_token() -> str:
    """256 random bits as 43 urlsafe characters."""
    return token_urlsafe(_CONFIRM_BYTES)


def unsubscribe_token(subscriber: Subscriber) -> str:
    """The same at every call; its digest is kept with the subscriber."""
    row = urlsafe_b64encode(subscriber.pk.bytes).rstrip(b"=").decode("ascii")
    token = f"{row}.{derive_token(purpose=_PURPOSE, row_id=subscriber.pk, nonce='')}"
    if digest(token) not in subscriber.unsubscribe_digests:
        added = Func(F("unsubscribe_digests"), Value(digest(token)), function="array_append")
        Subscriber.objects.filter(pk=subscriber.pk).update(unsubscribe_digests=added)
        subscriber.unsubscribe_digests.append(digest(token))
    return token


def subscriber_of(token: str) -> Subscriber | None:
    """Whose token to unsubscribe it is, or None if we made it for one who is erased: that
    somebody may be a subscriber again is nothing that it could tell.

    Raises `UnknownTokenError`.
    """
    row, _dot, mac = token.partition(".")
    try:
        row_id = uuid.UUID(bytes=urlsafe_b64decode(f"{row}=="))
    except ValueError as error:
        raise UnknownTokenError from error
    subscriber = Subscriber.objects.filter(pk=row_id).first()
    is_ours = is_token_of(mac, purpose=_PURPOSE, row_id=row_id, nonce="")
    if not is_ours and (subscriber is None or digest(token) not in subscriber.unsubscribe_digests):
        raise UnknownTokenError
    return subscriber


def confirm_url(token: str, *, language: str) -> str:
    return _url("confirm", token, language)


def unsubscribe_url(token: str, *, language: str) -> str:
    """For people: a page where they leave or change the language."""
    return _url("unsubscribe", token, language)


def one_click_url(token: str) -> str:
    """For mail programs (RFC 8058): always our own page, which acts on their POST."""
    return f"{settings.PUBLIC_URL}/newsletter/unsubscribe/{token}"


def _url(page: str, token: str, language: str) -> str:
    if settings.NEWSLETTER_LINKS == "frontend":
        query = urlencode({"token": token, "locale": language})
        return f"{settings.FRONTEND_URL}/newsletter/{page}?{query}"
    return f"{settings.PUBLIC_URL}/newsletter/{page}/{token}?{urlencode({'locale': language})}"
