"""Secrets and signatures (Standard Webhooks 1.0).

A secret signs every message, so it has to be readable; in the database it is encrypted by a key
derived from ``SECRET_KEY``, so a dump of the tables alone signs nothing.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

PREFIX = "whsec_"
SECRET_BYTES = 32


class UnreadableSecretError(ValueError):
    """A secret was encrypted under another ``SECRET_KEY``."""


def new_secret() -> str:
    """A random secret in the form that receivers' libraries take: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def encrypt(secret: str) -> str:
    return _cipher().encrypt(secret.encode("ascii")).decode("ascii")


def decrypt(encrypted: str) -> str:
    """The opposite of `encrypt`. Raises `UnreadableSecretError`."""
    try:
        return _cipher().decrypt(encrypted).decode("ascii")
    except InvalidToken as error:
        raise UnreadableSecretError from error


def _cipher() -> MultiFernet:
    """Encrypts with the present key, and reads what the former ones have encrypted."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"webhooks.signing")
    return base64.urlsafe_b64encode(hkdf.derive(force_bytes(key)))


def signed_headers(
    *, webhook_id: str, sent_at: datetime, body: bytes, secrets: Iterable[str]
) -> dict[str, str]:
    """The headers of one attempt, with one signature for each of ``secrets``, newest first."""
    timestamp = str(int(sent_at.timestamp()))
    content = b".".join([webhook_id.encode(), timestamp.encode(), body])
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(content, secret)}" for secret in secrets),
    }


def _signature(content: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode("ascii")
