"""`POST /api/email/events/{provider}`: what providers tell about mails, signed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ParseError, PermissionDenied, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations.mail import tracking
from integrations.mail.providers import mailgun, sendgrid
from integrations.mail.providers.base import BadSignatureError, Event, MalformedEventsError


@dataclass(frozen=True)
class _Provider:
    key_setting: str
    verify: Callable[[bytes, Mapping[str, str], str], None]
    events: Callable[[bytes], Iterator[Event]]


_PROVIDERS = {
    "mailgun": _Provider("MAILGUN_WEBHOOK_SIGNING_KEY", mailgun.verify, mailgun.events),
    "sendgrid": _Provider("SENDGRID_WEBHOOK_KEY", sendgrid.verify, sendgrid.events),
}
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_DESCRIPTIONS = {
    400: "Not what the provider says it sends.",
    403: "The signature is missing or wrong, or older than five minutes.",
    404: "The provider is unknown, or its key is not set.",
    413: "The body is larger than 1 MiB.",
    415: "The body is not JSON.",
}


class MailEventsView(APIView):
    """Take delivery events."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    @extend_schema(
        operation_id="mail_events",
        tags=["mail"],
        summary="What became of mails",
        description="For SendGrid's signed event webhook and Mailgun's webhooks. Repeated and late "
        "events change nothing.",
        parameters=[
            OpenApiParameter("provider", str, OpenApiParameter.PATH, enum=sorted(_PROVIDERS))
        ],
        request={"application/json": {"type": ["array", "object"]}},
        responses={
            200: {
                "type": "object",
                "required": ["recorded"],
                "properties": {
                    "recorded": {"type": "integer", "description": "Events that were new."}
                },
            },
            **{
                (status, "application/problem+json"): OpenApiResponse(_PROBLEM, description)
                for status, description in _DESCRIPTIONS.items()
            },
        },
    )
    def post(self, request: Request, provider: str) -> Response:
        known = _PROVIDERS.get(provider)
        key = getattr(settings, known.key_setting) if known else None
        if known is None or not key:
            raise Http404
        # The signature is over the bytes, so they come before what REST framework makes of them.
        body = request._request.body
        if request.content_type.partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMediaType(request.content_type)
        try:
            known.verify(body, request.headers, key)
            recorded = tracking.record(provider, known.events(body))
        except BadSignatureError as error:
            raise PermissionDenied from error
        except MalformedEventsError as error:
            raise ParseError from error
        return Response({"recorded": recorded})

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Nothing of it is for anybody else, or for later."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        return final

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The methods there are; REST framework's description of the view is no part of the API."""
        headers = {"Allow": ", ".join(self.allowed_methods)}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
