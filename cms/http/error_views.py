"""Django's error pages: problem documents under /api/, Django's own plain pages elsewhere."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from django.views.csrf import csrf_failure as html_csrf_failure

from cms.http.problem_mapping import unavailable_response
from cms.http.problems import problem_response
from cms.http.routes import is_api


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request.path_info):
        return problem_response(request, HTTPStatus.BAD_REQUEST)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request.path_info):
        return problem_response(request, HTTPStatus.FORBIDDEN)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if is_api(request.path_info):
        return problem_response(request, HTTPStatus.NOT_FOUND)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500, or 503 when the database is away (Django calls this while the exception is handled)."""
    unavailable = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if is_api(request.path_info):
        if unavailable:
            return unavailable_response(request)
        return problem_response(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    response = defaults.server_error(request)
    if unavailable:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF_FAILURE_VIEW."""
    if is_api(request.path_info):
        return problem_response(request, HTTPStatus.FORBIDDEN)
    return html_csrf_failure(request, reason=reason)
