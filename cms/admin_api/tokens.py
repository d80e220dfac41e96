"""Access tokens are JSON Web Tokens (RFC 7519); refresh tokens are random texts."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from jwt import PyJWTError
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

_LONGEST = 2048
"""Bytes; ours have about 450. Longer ones are not even read."""
_REFRESH_BYTES = 32
_SIGN_IN_CLAIM = "sid"
# Besides their own errors, PyJWT and simplejwt let through those of numbers out of range and of
# brackets without end.
_UNREADABLE = (
    *(PyJWTError, TokenError, KeyError, TypeError, ValueError),
    *(OverflowError, OSError, AttributeError, RecursionError),
)


class InvalidTokenError(ValueError):
    """No access token of ours, or one that has had its time."""


@dataclass(frozen=True)
class Claims:
    """What a valid access token says."""

    user_id: str
    sign_in_id: UUID


def new_access_token(*, user_id: int, sign_in_id: UUID) -> str:
    """A signed token for one sign-in of a user."""
    token = AccessToken()
    token["sub"] = str(user_id)
    token[_SIGN_IN_CLAIM] = str(sign_in_id)
    return str(token)


def read_access_token(encoded: bytes) -> Claims:
    """The claims of a token with our signature, issuer, audience, type and time.

    Raises `InvalidTokenError`, whatever was sent.
    """
    if len(encoded) > _LONGEST:
        raise InvalidTokenError
    try:
        token = AccessToken(encoded)  # type: ignore[arg-type]  # simplejwt says Token
        return Claims(user_id=token["sub"], sign_in_id=UUID(token[_SIGN_IN_CLAIM]))
    except _UNREADABLE as error:
        raise InvalidTokenError from error


def access_token_seconds() -> int:
    """For how long a new access token is good."""
    lifetime = AccessToken.lifetime
    return int(lifetime.total_seconds()) if lifetime else 0


def new_refresh_token() -> str:
    return secrets.token_urlsafe(_REFRESH_BYTES)


def refresh_token_hash(token: str) -> str:
    """What is stored of a refresh token; it is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
