"""Addresses that take no more mail, because mail came back from them or was reported as spam.

Only a keyed digest of an address is kept, so the list outlives the erasure of a person and tells
nobody who it was. Its key is in the database, encrypted under `SECRET_KEY`: a dump alone can try no
addresses, and a new `SECRET_KEY` loses no digest as long as the former is in
`SECRET_KEY_FALLBACKS`.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.encoding import force_bytes

from cms.ops.conditions import OK
from integrations.mail.models import AddressKey, Suppression

_KEY_BYTES = 32


def is_suppressed(canonical_address: str) -> bool:
    """Whether nothing may be sent to the address."""
    if not Suppression.objects.exists():
        return False
    digests = [_digest(key, canonical_address) for key in _readable_keys()]
    return Suppression.objects.filter(digest__in=digests).exists()


def digests_of(canonical_addresses: Iterable[str]) -> dict[str, list[str]]:
    """What stands for each of many addresses, the keys read once."""
    keys = _readable_keys()
    return {each: [_digest(key, each) for key in keys] for each in canonical_addresses}


def suppressed_among(canonical_addresses: Iterable[str]) -> set[str]:
    """Those that nothing may be sent to."""
    suppressed = set(Suppression.objects.values_list("digest", flat=True).iterator())
    known = digests_of(canonical_addresses) if suppressed else {}
    return {each for each, digests in known.items() if not suppressed.isdisjoint(digests)}


@transaction.atomic
def suppress(canonical_address: str, reason: str) -> None:
    """Send nothing to the address any more. What is known already stays as it is."""
    if is_suppressed(canonical_address):
        return
    digest = _digest(_newest_key(), canonical_address)
    Suppression.objects.get_or_create(digest=digest, defaults={"reason": reason})


def lift(canonical_address: str) -> bool:
    """Somebody knows better: send to the address again. False if it was not suppressed."""
    digests = [_digest(key, canonical_address) for key in _readable_keys()]
    deleted, _by_model = Suppression.objects.filter(digest__in=digests).delete()
    return bool(deleted)


def digests(canonical_address: str) -> list[str]:
    """The keyed digests of an address, that of the newest key first."""
    _newest_key()
    return [_digest(key, canonical_address) for key in _readable_keys()]


def condition() -> str:
    """For /readyz: whether all of the list can be compared with."""
    cipher = _cipher([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    for row in AddressKey.objects.all():
        try:
            cipher.decrypt(row.encrypted)
        except InvalidToken:
            return "not readable with this SECRET_KEY"
    return OK


def _digest(key: bytes, canonical_address: str) -> str:
    return hmac.new(key, canonical_address.encode(), sha256).hexdigest()


def _readable_keys() -> list[bytes]:
    """The newest first; those of a `SECRET_KEY` that nobody knows any more are left out."""
    keys = []
    cipher = _cipher([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    for row in AddressKey.objects.order_by("-pk"):
        try:
            keys.append(cipher.decrypt(row.encrypted))
        except InvalidToken:
            continue
        _keep_readable(row)
    return keys


def _keep_readable(row: AddressKey) -> None:
    """Encrypt it under the present key, before the former is forgotten."""
    try:
        _cipher([settings.SECRET_KEY]).decrypt(row.encrypted)
    except InvalidToken:
        everything = _cipher([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
        row.encrypted = everything.rotate(row.encrypted).decode("ascii")
        row.save(update_fields=["encrypted"])


def _newest_key() -> bytes:
    keys = _readable_keys()
    if keys:
        return keys[0]
    key = secrets.token_bytes(_KEY_BYTES)
    encrypted = _cipher([settings.SECRET_KEY]).encrypt(key).decode("ascii")
    AddressKey.objects.create(encrypted=encrypted)
    return key


def _cipher(keys: Sequence[str | bytes]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mail.suppressions")
    return base64.urlsafe_b64encode(hkdf.derive(force_bytes(key)))
