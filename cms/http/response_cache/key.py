"""Which requests may have the same answer.

The key is the path without its last slash and the parameters in order: credentials and headers make
no difference on public routes, and the host is never part of an answer. Nothing here knows which
parameters exist, since wrong ones are answered with an error, and errors are not kept.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from cms.http.routes import is_public_api

_METHODS = ("GET", "HEAD")
_LONGEST_PATH = 512
_LONGEST_QUERY = 1024


def cache_key(environ: Mapping[str, Any]) -> str | None:
    """The key of a WSGI request, or None when only Django can answer it."""
    if environ["REQUEST_METHOD"] not in _METHODS or _has_body(environ):
        return None
    asked, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    # Before anything is remembered of them: whoever asks chooses how long they are.
    if len(asked) > _LONGEST_PATH or len(query) > _LONGEST_QUERY:
        return None
    path = _canonical_path(asked)
    if path is None or not _is_served(environ.get("HTTP_HOST", "")):
        return None
    if _is_secure(environ) is not settings.SECURE_SSL_REDIRECT:
        return None
    if not query:
        return path
    canonical = _canonical_query(query)
    return None if canonical is None else f"{path}?{canonical}"


def _has_body(environ: Mapping[str, Any]) -> bool:
    return environ.get("CONTENT_LENGTH") not in (None, "", "0") or (
        "HTTP_TRANSFER_ENCODING" in environ
    )


@lru_cache(maxsize=4096)
def _canonical_path(path: str) -> str | None:
    # An encoded question mark is part of the path, and would read as the beginning of a query.
    if not path.isascii() or "\0" in path or "?" in path or not is_public_api(path):
        return None
    return path.removesuffix("/")


@lru_cache(maxsize=256)
def _is_served(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _is_secure(environ: Mapping[str, Any]) -> bool:
    """As Django's `HttpRequest.is_secure`: an answer over http is a redirect, if at all."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure_value = settings.SECURE_PROXY_SSL_HEADER
        given = environ.get(name)
        if given is not None:
            return bool(given.split(",", 1)[0].strip() == secure_value)
    return bool(environ["wsgi.url_scheme"] == "https")


@lru_cache(maxsize=4096)
def _canonical_query(query: str) -> str | None:
    if not query.isascii():
        return None
    try:
        # Strictly: Django would take what is no UTF-8 for the character U+FFFD.
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        return None
    return urlencode(sorted(pairs))
