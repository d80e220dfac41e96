"""What an answer depends on besides the content: the code that makes it, and the settings."""

from hashlib import blake2b
from pathlib import Path

from django.conf import settings

_PROJECT = Path(__file__).resolve().parents[3]
_PACKAGES = ("cms", "home", "content", "integrations")
_SETTINGS = ("PUBLIC_URL", "FRONTEND_URL", "LANGUAGES", "TIME_ZONE", "MEDIA_URL", "DEBUG")


def fingerprint() -> str:
    """Another one for every release and configuration, so that two of them never share answers.

    While a new release is rolled out, old and new processes use the same Redis.
    """
    digest = blake2b(digest_size=8)
    sources = [path for package in _PACKAGES for path in (_PROJECT / package).rglob("*.py")]
    for path in [*sorted(sources), _PROJECT / "requirements.txt"]:
        if path.is_file():
            digest.update(f"{path.relative_to(_PROJECT)}:{path.stat().st_size}:".encode())
            digest.update(path.read_bytes())
    for name in _SETTINGS:
        digest.update(f"{name}={getattr(settings, name)!r};".encode())
    return digest.hexdigest()
