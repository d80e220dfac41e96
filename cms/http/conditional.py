"""Caching of public reads: what may be kept, for how long, and 304 for what has not changed.

Stands outside of everything that makes or remembers bodies, so it works alike for both. An answer
that sets its own Cache-Control is left alone.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import parse_etags

from cms.http.routes import is_api, is_public_api

MAX_AGE_SECONDS = 10
STALE_WHILE_REVALIDATE_SECONDS = 30
STALE_IF_ERROR_SECONDS = 86_400
_NOT_STORED = "no-store"
_CREDENTIALS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "REMOTE_USER")


class PublicReadMiddleware:
    """Takes credentials off public routes and puts validators and lifetimes on their answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_public_api(request.path_info):
            return self._private(request)
        _remove_credentials(request)
        response = self.get_response(request)
        # What varies on credentials or negotiation would split shared caches without a reason.
        del response["Vary"]
        if request.method not in ("GET", "HEAD") or response.status_code >= HTTPStatus.BAD_REQUEST:
            response["Cache-Control"] = _NOT_STORED
            return response
        return self._cacheable(request, response)

    def _private(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_api(request.path_info) and "Cache-Control" not in response:
            response["Cache-Control"] = f"private, {_NOT_STORED}"
        return response

    def _cacheable(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "Cache-Control" in response:
            return response
        response["Cache-Control"] = _cache_control(getattr(response, "fresh_until", None))
        if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
            return response
        response["ETag"] = etag = _weak_etag(response)
        if _matches(request.headers.get("If-None-Match", ""), etag):
            return _not_modified(response)
        # HEAD keeps the length of the body that GET would send (RFC 9110, 9.3.2).
        response["Content-Length"] = str(len(response.content))
        return response


def _remove_credentials(request: HttpRequest) -> None:
    """Nothing that could tell one visitor from another gets as far as a view."""
    for name in _CREDENTIALS:
        request.META.pop(name, None)
    # Django keeps what it once made of them.
    for name in ("COOKIES", "headers"):
        request.__dict__.pop(name, None)


def _cache_control(fresh_until: datetime | None) -> str:
    """RFC 9111 and RFC 5861; both lifetimes end when the answer is known to change."""
    max_age, stale = MAX_AGE_SECONDS, STALE_WHILE_REVALIDATE_SECONDS
    if fresh_until is not None:
        remaining = max(0, int((fresh_until - timezone.now()).total_seconds()))
        max_age = min(max_age, remaining)
        stale = min(stale, remaining - max_age)
    return (
        f"public, max-age={max_age}, stale-while-revalidate={stale}, "
        f"stale-if-error={STALE_IF_ERROR_SECONDS}"
    )


def _weak_etag(response: HttpResponse) -> str:
    return f'W/"{blake2b(response.content, digest_size=16).hexdigest()}"'


def _matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110, 8.8.3.2) with any of the list, or with * for anything there is."""
    if if_none_match.strip() == "*":
        return True
    candidates = {candidate.removeprefix("W/") for candidate in parse_etags(if_none_match)}
    return etag.removeprefix("W/") in candidates


def _not_modified(response: HttpResponse) -> HttpResponse:
    not_modified = HttpResponseNotModified()
    for name in ("Cache-Control", "ETag", "Link"):
        if name in response:
            not_modified[name] = response[name]
    return not_modified
