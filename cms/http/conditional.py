"""Caching of public reads: what may be kept, for how long, and 304 for what has not changed.

Stands outside of everything that makes or remembers bodies, so it works alike for both. An answer
that sets its own Cache-Control is left alone.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone

from cms.http.etags import matches, weak_etag
from cms.http.lifetimes import cache_control
from cms.http.response_cache.answer import Capture
from cms.http.routes import is_api, is_public_api

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
        fresh_until = getattr(response, "fresh_until", None)
        response["Cache-Control"] = cache_control(_remaining_seconds(fresh_until))
        if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
            return response
        response["ETag"] = etag = weak_etag(response.content)
        capture = request.META.get(Capture.ENVIRON_KEY)
        if capture is not None:
            match = request.resolver_match
            capture.take(response, fresh_until, route=match.route if match else "")
        if matches(request.headers.get("If-None-Match", ""), etag):
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


def _remaining_seconds(fresh_until: datetime | None) -> float | None:
    return None if fresh_until is None else (fresh_until - timezone.now()).total_seconds()


def _not_modified(response: HttpResponse) -> HttpResponse:
    not_modified = HttpResponseNotModified()
    for name in ("Cache-Control", "ETag", "Link"):
        if name in response:
            not_modified[name] = response[name]
    return not_modified
