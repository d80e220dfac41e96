"""Which problem document an exception becomes, for views, middleware and Django's error pages."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback
from wagtail.api.v2.utils import BadRequestError

from cms.http.problems import (
    InputError,
    InvalidBodyError,
    QueryParameterError,
    problem_response,
)

DATABASE_RETRY_AFTER_SECONDS = 5

logger = logging.getLogger(__name__)


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def input_errors(detail: Any, pointer: str = "") -> Iterator[InputError]:
    """The leaves of a serializer's error tree, with JSON Pointers (RFC 6901)."""
    if isinstance(detail, ErrorDetail):
        yield InputError(code=detail.code or "invalid", message=str(detail), pointer=pointer)
    elif isinstance(detail, Mapping):
        for key, value in detail.items():
            own = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from input_errors(value, pointer if own else f"{pointer}/{_escaped(key)}")
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for index, value in enumerate(detail):
            leaf = isinstance(value, ErrorDetail)
            yield from input_errors(value, pointer if leaf else f"{pointer}/{index}")


def _django_input_errors(error: DjangoValidationError) -> Iterator[InputError]:
    fields = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for field, problems in fields.items():
        pointer = "" if field in ("", "__all__") else f"/{_escaped(field)}"
        for problem in problems:
            message = " ".join(problem.messages)
            yield InputError(code=problem.code or "invalid", message=message, pointer=pointer)


def _api_exception_response(request: HttpRequest, error: APIException) -> HttpResponse:
    if isinstance(error, QueryParameterError):
        detail = _("The query is not valid.")
        return problem_response(request, error.status_code, detail=detail, errors=error.errors)
    if isinstance(error, InvalidBodyError):
        return problem_response(
            request, error.status_code, detail=str(error.detail), errors=error.errors
        )
    headers: dict[str, str] = {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait_seconds = getattr(error, "wait", None)
    if wait_seconds is not None:
        headers["Retry-After"] = str(max(1, ceil(wait_seconds)))
    detail = str(error.detail) if isinstance(error.detail, str) else _("The input is not valid.")
    return problem_response(
        request,
        error.status_code,
        detail=detail,
        errors=input_errors(error.detail) if isinstance(error, ValidationError) else (),
        headers=headers,
    )


def unavailable_response(request: HttpRequest) -> HttpResponse:
    """The 503 while the database is away or too busy."""
    headers = {"Retry-After": str(DATABASE_RETRY_AFTER_SECONDS)}
    return problem_response(request, HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _database_error_response(request: HttpRequest, error: Exception) -> HttpResponse | None:
    if isinstance(error, DataError):
        # The database refused a value that the input checks let through.
        logger.warning("The database refused a value", exc_info=error)
        return problem_response(request, HTTPStatus.BAD_REQUEST)
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("The database did not answer", exc_info=error)
        return unavailable_response(request)
    return None


def _django_exception_response(request: HttpRequest, error: Exception) -> HttpResponse | None:
    match error:
        case DjangoValidationError():
            errors = list(_django_input_errors(error))
            detail = _("The input is not valid.")
            return problem_response(request, HTTPStatus.BAD_REQUEST, detail=detail, errors=errors)
        case Http404():
            return problem_response(request, HTTPStatus.NOT_FOUND)
        case PermissionDenied():
            return problem_response(request, HTTPStatus.FORBIDDEN)
        case BadRequestError():
            return problem_response(request, HTTPStatus.BAD_REQUEST, detail=str(error))
        case BadRequest() | SuspiciousOperation():
            return problem_response(request, HTTPStatus.BAD_REQUEST)
    return None


def exception_response(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The problem document for an exception, or None when it is a fault of ours (a 500)."""
    if isinstance(error, APIException):
        return _api_exception_response(request, error)
    if isinstance(error, DatabaseError | InterfaceError):
        return _database_error_response(request, error)
    return _django_exception_response(request, error)


def drf_exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST framework's EXCEPTION_HANDLER; what was written in the request is rolled back."""
    request = context["request"]
    plain_request = request._request if isinstance(request, Request) else request
    response = exception_response(plain_request, error)
    if response is not None:
        set_rollback()
    return response
