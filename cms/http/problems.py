"""Problem details (RFC 9457): the one shape of every error under /api/."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from cms.http.request_id import current_request_id

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class InputError:
    """One thing wrong with the input: `pointer` into the body (RFC 6901) or query `parameter`."""

    code: str
    message: str
    pointer: str | None = None
    parameter: str | None = None

    def as_member(self) -> dict[str, str]:
        """The entry of the problem document's `errors`."""
        place = (
            {"parameter": self.parameter}
            if self.parameter is not None
            else {"pointer": self.pointer or ""}
        )
        return {**place, "code": self.code, "message": self.message}


class QueryParameterError(APIException):
    """A query that cannot be answered as asked: 400 with every parameter that is wrong."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, parameter: str, code: str, message: str) -> None:
        super().__init__(message, code)
        self.errors = [InputError(code=code, message=message, parameter=parameter)]

    @classmethod
    def combined(cls, errors: Iterable["QueryParameterError"]) -> "QueryParameterError":
        """One error out of several; there must be at least one."""
        first, *others = errors
        combined = cls.__new__(cls)
        APIException.__init__(combined, first.detail)
        combined.errors = [*first.errors, *(entry for error in others for entry in error.errors)]
        return combined


class InvalidBodyError(APIException):
    """A body that cannot be taken: 400 with everything that is wrong in it."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, errors: Iterable[InputError]) -> None:
        super().__init__(_("The input is not valid."), "invalid")
        self.errors = list(errors)


def refuse_unknown_parameters(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise a QueryParameterError that names every parameter that is not known."""
    known_names = frozenset(known)
    errors = [
        QueryParameterError(name, "unknown", _("This parameter is not known."))
        for name in given
        if name not in known_names
    ]
    if errors:
        raise QueryParameterError.combined(errors)


def _default_detail(status: int) -> str:
    details = {
        HTTPStatus.BAD_REQUEST: _("The request cannot be understood."),
        HTTPStatus.UNAUTHORIZED: _("Sign in first."),
        HTTPStatus.FORBIDDEN: _("You may not do this."),
        HTTPStatus.NOT_FOUND: _("There is nothing here."),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This method is not possible here."),
        HTTPStatus.LENGTH_REQUIRED: _("The length of the body must be known in advance."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The body is too large."),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("The body has a type that is not accepted here."),
        HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests. Try again later."),
        HTTPStatus.SERVICE_UNAVAILABLE: _("The service is unavailable for a moment. Try again."),
    }
    return details.get(HTTPStatus(status), _("The request could not be answered."))


def problem_response(
    request: HttpRequest,
    status: int,
    *,
    detail: str | None = None,
    errors: Iterable[InputError] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer for an error, not to be stored; `errors` only where there are some.

    `type` is about:blank, so the title is the status phrase (RFC 9457, 4.2.1). `instance` is the
    path without the query, which may hold what should not be repeated.
    """
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail or _default_detail(status),
        "instance": quote(request.path),
        "request_id": current_request_id.get(),
    }
    members = [error.as_member() for error in errors]
    if members:
        document["errors"] = members
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate in a message must not turn the answer for bad input into a failure of ours.
    content = body.encode("utf-8", errors="replace")
    response = HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=headers)
    response["Cache-Control"] = "no-store"
    return response
