"""The base of every view of the admin API.

A bearer token and nothing else, so there is nothing that another site could have a browser do. 401
comes before 403, and both before 405. What a view writes is one transaction, and everything that
Wagtail logs in it carries the user and one uuid.
"""

from collections.abc import Callable
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any, ClassVar, cast

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from wagtail.log_actions import LogContext

from cms.admin_api.authentication import BearerAuthentication
from cms.admin_api.openapi import AdminSchema
from cms.admin_api.preconditions import require_match
from cms.api.parameters import Parameters
from cms.http.idempotency import Answer, answer_once, idempotency_key
from cms.http.strict_json import StrictJSONParser
from cms.models import User


class AdminAPIView(APIView):
    """One route. Permissions beyond "may enter the admin" are Wagtail's, asked by whoever writes.

    ``parameters_class``: the query parameters of GET; every other one is a 400.
    """

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (IsAuthenticated,)
    throttle_classes = ()
    parser_classes: Any = (StrictJSONParser,)
    schema = AdminSchema()
    parameters_class: ClassVar[type[Parameters]] = Parameters

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._while_answering:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._while_answering.enter_context(LogContext(user=self.user))

    def handle_exception(self, exc: Exception) -> Response:
        """REST framework takes back what was written; that a sign-in is over is to stay."""
        response: Response = super().handle_exception(exc)
        if isinstance(exc, AuthenticationFailed) and transaction.get_connection().in_atomic_block:
            transaction.set_rollback(False)
        return response

    @property
    def user(self) -> User:
        """Who asks."""
        return cast("User", self.request.user)

    def query(self) -> dict[str, Any]:
        """The checked query parameters. Raises `QueryParameterError` with all problems."""
        return self.parameters_class.read(self.request.query_params)

    def require_match(self, etag: str) -> None:
        """412 if the request was made for another state than the one with this tag."""
        require_match(self.request._request, etag)

    def item(self, body: object, *, etag: str, status: int = HTTPStatus.OK) -> Response:
        """The answer with one item."""
        return Response(body, status=status, headers={"ETag": etag})

    def listing(
        self, rows: QuerySet[Any], *, serialize: Callable[[list[Any]], list[Any]]
    ) -> Response:
        """The answer with the page of ``rows`` that `limit` and `offset` ask for.

        ``rows`` are in a total order. ``serialize`` gets those of the page together, so that it can
        load what they refer to at once.
        """
        query = self.query()
        first = query["offset"]
        page = list(rows[first : first + query["limit"]])
        return Response({"meta": {"total_count": rows.count()}, "items": serialize(page)})

    def create_once(
        self, create: Callable[[], Answer], *, location: Callable[[Any], str], body: object = None
    ) -> Response:
        """The answer of ``create``, or to a repeat with the same Idempotency-Key the first answer.

        ``location`` makes the address of what was created of the answer's body. ``body``: what
        tells one request from another, if that is not its JSON (as for an upload). Its query does
        so as well: to publish something is not to save a draft of it.
        """
        key = idempotency_key(self.request._request)
        if key is None:
            answer = create()
        else:
            content = self.request.data if body is None else body
            query = sorted(self.request.query_params.lists())
            answer = answer_once(
                client=f"user {self.user.pk}",
                scope=self.request.path_info,
                key=key,
                body={"query": query, "body": content} if query else content,
                act=create,
            )
        headers = {"Location": location(answer.body)}
        return Response(answer.body, status=answer.status, headers=headers)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Nothing of it is for anybody else, or for later."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code < HTTPStatus.BAD_REQUEST:
            final["Cache-Control"] = "private, no-store"
        return final

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The methods there are; REST framework's description of the view is no part of the API."""
        headers = {"Allow": ", ".join(self.allowed_methods)}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
