"""The outermost middleware: request id, security headers, access log, one shape of errors."""

import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cms.http.access_log import log_access
from cms.http.client_address import client_address, shortened
from cms.http.problem_mapping import exception_response
from cms.http.problems import CONTENT_TYPE, problem_response
from cms.http.request_id import choose_request_id, current_request_id
from cms.http.routes import is_api
from cms.origin import Channel, Origin, current_origin

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_ADMIN_PREFIXES = ("/admin/", "/django-admin/")
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Access-Control-Allow-Origin", "Vary")


class EdgeMiddleware:
    """Everything else runs inside: what it answers leaves with these headers and one log line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = choose_request_id(request.headers.get("X-Request-ID"))
        token = current_request_id.set(request_id)
        given_path = request.path
        came_from = current_origin.set(_origin(request, request_id))
        try:
            response = self._answer(request)
            response["X-Request-ID"] = request_id
            # Failures are logged where they happen; Django would do so again without the id.
            response._has_been_logged = True  # type: ignore[attr-defined]
            _set_body_headers(response)
            _set_security_headers(request, response)
            # Wagtail runs the middleware once more for a preview, with a request nobody sent.
            if not getattr(request, "is_dummy", False):
                _log(request, response, given_path, request_id, started)
        finally:
            current_request_id.reset(token)
            current_origin.reset(came_from)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Problem documents for exceptions of plain views; REST framework catches its own."""
        return exception_response(request, exception) if is_api(request.path_info) else None

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        # NUL reaches file systems and the database as an exception, so it goes no further.
        if "\0" in request.path_info:
            return _not_found(request)
        response = self.get_response(request)
        _drop_empty_headers(response)
        if is_api(request.path_info) and response.status_code >= HTTPStatus.BAD_REQUEST:
            return _as_problem(request, response)
        return response


def _origin(request: HttpRequest, request_id: str) -> Origin:
    path = request.path_info
    if is_api(path):
        channel = Channel.API
    else:
        channel = Channel.ADMIN if path.startswith(_ADMIN_PREFIXES) else Channel.SITE
    return Origin(channel, shortened(client_address(request)), request_id)


def _drop_empty_headers(response: HttpResponseBase) -> None:
    """Wagtail sends downloads of documents with a coding called "None" and an ETag of nothing."""
    for name, empty in (("Content-Encoding", "None"), ("ETag", '""')):
        if response.headers.get(name) == empty:
            del response.headers[name]


def _not_found(request: HttpRequest) -> HttpResponseBase:
    if is_api(request.path_info):
        return problem_response(request, HTTPStatus.NOT_FOUND)
    return HttpResponse(status=HTTPStatus.NOT_FOUND)


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer itself when it is a problem document already, else one with the same status.

    Django's debug pages and the plain 405 of function views are not.
    """
    if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
        return response
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    return problem_response(request, response.status_code, headers=headers)


def _set_body_headers(response: HttpResponseBase) -> None:
    """Length and type, for the answers that do not come from further inside."""
    if response.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        del response["Content-Type"]
    elif isinstance(response, HttpResponse) and "Content-Length" not in response:
        response["Content-Length"] = str(len(response.content))


def _set_security_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    path = request.path_info
    for prefix, policy in settings.CONTENT_SECURITY_POLICY_BY_PREFIX.items():
        if path.startswith(prefix):
            response["Content-Security-Policy"] = policy
            break
    response["X-Content-Type-Options"] = "nosniff"
    if is_api(path):
        response["Referrer-Policy"] = "no-referrer"
        response["X-Frame-Options"] = "DENY"


def _log(
    request: HttpRequest, response: HttpResponseBase, path: str, request_id: str, started: float
) -> None:
    log_access(
        request.META,
        path=path,
        status=response.status_code,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        body_bytes=len(response.content) if isinstance(response, HttpResponse) else None,
        request_id=request_id,
    )
