"""Tokens that have to be shown again, so they are worked out instead of remembered.

A token is an HMAC-SHA256 over what it is for (``purpose``), the row it opens and a random part of
that row. Only its digest is stored; whoever reads the database cannot open anything. Tokens follow
`SECRET_KEY`: those of a key in `SECRET_KEY_FALLBACKS` go on working, those of any other do not.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

DIGEST_LENGTH = 64
NONCE_LENGTH = 22
_NONCE_BYTES = 16


def new_nonce() -> str:
    """The random part of a new row: 128 bits as 22 urlsafe characters."""
    return token_urlsafe(_NONCE_BYTES)


def derive_token(*, purpose: str, row_id: object, nonce: str) -> str:
    """The token of a row: 256 bits as 43 urlsafe characters, the same each time."""
    return _derive(settings.SECRET_KEY, purpose, row_id, nonce)


def is_token_of(token: str, *, purpose: str, row_id: object, nonce: str) -> bool:
    """Whether ``token`` was derived for this purpose and row with a key that is still in use."""
    given = digest(token)
    return any(
        constant_time_compare(given, digest(candidate))
        for candidate in _candidates(purpose, row_id, nonce)
    )


def digest(text: str) -> str:
    """SHA-256 in hexadecimal: how tokens, and keys of sessions, are stored and looked up."""
    return sha256(text.encode("utf-8", errors="replace")).hexdigest()


def _candidates(purpose: str, row_id: object, nonce: str) -> Iterator[str]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield _derive(key, purpose, row_id, nonce)


def _derive(key: str | bytes, purpose: str, row_id: object, nonce: str) -> str:
    value = f"{row_id}:{nonce}"
    mac = salted_hmac(f"cms.derived_tokens.{purpose}", value, secret=key, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()).rstrip(b"=").decode("ascii")
