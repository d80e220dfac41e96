"""Entity tags and If-None-Match (RFC 9110, 8.8.3 and 13.1.2)."""

from hashlib import blake2b

from django.utils.http import parse_etags


def weak_etag(body: bytes) -> str:
    """Weak, because compression on the way changes the bytes and not what they say."""
    return f'W/"{blake2b(body, digest_size=16).hexdigest()}"'


def matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110, 8.8.3.2) with any of the list, or with * for anything there is."""
    if if_none_match.strip() == "*":
        return True
    candidates = {candidate.removeprefix("W/") for candidate in parse_etags(if_none_match)}
    return etag.removeprefix("W/") in candidates
