"""`POST /api/contact`."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.openapi import problem
from cms.http.anonymous_write import AnonymousWriteView, HoneypotField
from cms.http.attempt_limit import count_attempt
from cms.http.client_key import client_key
from cms.http.idempotency import Answer, answer_once, idempotency_key
from cms.text_rules import validate_one_line, validate_text
from integrations.contact import services
from integrations.contact.models import LONGEST_MESSAGE, LONGEST_NAME, LONGEST_SUBJECT
from integrations.contact.states import Source, Suspicion
from integrations.mail.address_fields import AddressSerializerField

SCOPE = "contact"
MOST_ATTEMPTS = "60/h"


class ContactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME, validators=[validate_one_line])
    email = AddressSerializerField()
    message = serializers.CharField(
        max_length=LONGEST_MESSAGE, trim_whitespace=False, validators=[validate_text]
    )
    subject = serializers.CharField(
        max_length=LONGEST_SUBJECT,
        required=False,
        allow_blank=True,
        allow_null=True,
        validators=[validate_one_line],
    )
    locale = serializers.ChoiceField(
        choices=settings.LANGUAGES,
        required=False,
        allow_null=True,
        help_text="The visitor's language, also of the errors in the answer.",
    )
    consent = serializers.BooleanField(
        required=False, allow_null=True, help_text="That the visitor agreed to its being kept."
    )
    website = HoneypotField()

    def validate_message(self, value: str) -> str:
        if not value.strip():
            raise serializers.ValidationError(_("This field may not be blank."), code="blank")
        return value


class ReceivedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    received_at = serializers.DateTimeField()


_PROBLEMS = {
    400: "The input is not valid; `errors` says what at which field.",
    409: "The first request with this Idempotency-Key is still being answered.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not JSON.",
    422: "This Idempotency-Key was used with another body.",
    429: "Too much from this client: `Retry-After` says in how many seconds it may go on.",
    503: "The database is away for a moment.",
}


class ContactView(AnonymousWriteView):
    """Take a visitor's message."""

    @extend_schema(
        operation_id="contact",
        tags=["forms"],
        summary="Send a message to the people of this site",
        description="At most three messages are accepted from one client in any 60 minutes.",
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="A repeat within 24 hours gets the first answer again and stores "
                "nothing twice.",
            )
        ],
        request=ContactSerializer,
        responses={
            201: ReceivedSerializer,
            **{
                (status, "application/problem+json"): problem(description)
                for status, description in _PROBLEMS.items()
            },
        },
    )
    def post(self, request: Request) -> Response:
        count_attempt(request._request, scope=SCOPE, rate=MOST_ATTEMPTS)
        body = request.data
        self.speak_language_of(body)
        client = client_key(request._request)

        def receive() -> Answer:
            return _receive(body, client)

        key = idempotency_key(request._request)
        if key is None:
            answer = receive()
        else:
            answer = answer_once(client=client, scope=SCOPE, key=key, body=body, act=receive)
        return Response(answer.body, status=answer.status)


def _receive(body: Any, client: str) -> Answer:
    serializer = ContactSerializer(data=body)
    serializer.is_valid(raise_exception=True)
    given = serializer.validated_data
    submission = services.Submission(
        name=given["name"],
        email=given["email"],
        message=given["message"],
        subject=given.get("subject") or "",
        locale=given.get("locale") or settings.LANGUAGE_CODE,
        has_consented=bool(given.get("consent")),
        source=Source.API,
        suspicion=Suspicion.HONEYPOT if given.get("website") else Suspicion.NONE,
    )
    try:
        message = services.receive(submission=submission, client=client)
    except services.LimitReachedError as error:
        raise Throttled(wait=error.retry_after) from error
    return Answer(HTTPStatus.CREATED, ReceivedSerializer(message).data)
