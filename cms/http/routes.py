"""Which part of the site a path belongs to; the rules of the API hang on it.

Public routes answer everybody alike: credentials are taken away from their requests before anything
can look at them, so whatever they answer may be cached and shared.
"""

from django.conf import settings

API_PREFIX = "/api/"
ADMIN_PREFIX = "/admin/"


def is_api(path: str) -> bool:
    """Whether the path is under /api/, where every error is a problem document."""
    return path.startswith(API_PREFIX) or path == "/api"


def is_private_api(path: str) -> bool:
    """Whether the path is under one of `PRIVATE_API_PREFIXES`, with or without a trailing slash."""
    return any(
        path == prefix or path.startswith(f"{prefix}/") for prefix in settings.PRIVATE_API_PREFIXES
    )


def is_public_api(path: str) -> bool:
    """Whether the path is an anonymous route of the API."""
    return is_api(path) and not is_private_api(path)
