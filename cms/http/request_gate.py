"""Refuses what no route of the API could answer, before anything reads or runs it.

Also makes one trailing slash more or less the same: the path is resolved as given, and if that
fails with the slash toggled. A redirect would lose the body of a POST and cost a round trip.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from cms.http.problems import InputError, problem_response
from cms.http.routes import is_api

_API_ROUTE = "api/"


class RequestGateMiddleware:
    """Path form, host, query encoding and size of the body, for /api/ only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_api(request.path_info):
            refusal = (
                _wrong_host(request)
                or _unknown_path(request)
                or _wrong_query(request)
                or _wrong_body(request)
            )
            if refusal is not None:
                return refusal
        return self.get_response(request)


def _wrong_host(request: HttpRequest) -> HttpResponse | None:
    try:
        request.get_host()
    except DisallowedHost:
        detail = _("This host name is not served here.")
        return problem_response(request, HTTPStatus.BAD_REQUEST, detail=detail)
    return None


def _resolves(path: str) -> bool:
    try:
        # The page routes match any path of slugs, so they must not count for the API.
        return resolve(path).route.startswith(_API_ROUTE)
    except Resolver404:
        return False


def _unknown_path(request: HttpRequest) -> HttpResponse | None:
    given = request.path_info
    if _resolves(given):
        return None
    toggled = given.removesuffix("/") if given.endswith("/") else f"{given}/"
    if not _resolves(toggled):
        return problem_response(request, HTTPStatus.NOT_FOUND)
    script_name = request.path.removesuffix(given)
    request.path_info = toggled
    request.path = f"{script_name}{toggled}"
    return None


def _is_text(encoded: bytes) -> bool:
    try:
        decoded = unquote_to_bytes(encoded.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\0" not in decoded


def _wrong_query(request: HttpRequest) -> HttpResponse | None:
    """400 for NUL and for what is not UTF-8, which PostgreSQL and Python's JSON cannot carry."""
    # WSGI gives the bytes of the query as latin-1 (PEP 3333).
    query = request.META.get("QUERY_STRING", "").encode("latin-1", errors="replace")
    if _is_text(query):
        return None
    wrong = [pair.split(b"=", 1)[0] for pair in query.split(b"&") if not _is_text(pair)]
    message = _("This is not text in UTF-8.")
    errors = [
        InputError("invalid", message, parameter=unquote_to_bytes(name).decode("utf-8", "replace"))
        for name in wrong
    ]
    detail = _("The query is not valid.")
    return problem_response(request, HTTPStatus.BAD_REQUEST, detail=detail, errors=errors)


def _body_limit(path: str) -> int:
    """Bytes; the first entry of `API_BODY_LIMITS` whose prefix fits, else the default."""
    limits: dict[str, int] = settings.API_BODY_LIMITS
    return next(
        (limit for prefix, limit in limits.items() if path.startswith(prefix)),
        settings.API_BODY_LIMIT,
    )


def _wrong_body(request: HttpRequest) -> HttpResponse | None:
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        # Without a length Django reads no body at all; saying so beats an empty form's errors.
        return problem_response(request, HTTPStatus.LENGTH_REQUIRED)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()):
        return problem_response(request, HTTPStatus.BAD_REQUEST)
    # Digits are compared first: int() of thousands of them is slow and refused by Python.
    limit = str(_body_limit(request.path_info))
    significant = length.lstrip("0")
    if (len(significant), significant) > (len(limit), limit):
        return problem_response(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return None
