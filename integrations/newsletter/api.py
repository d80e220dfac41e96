"""`POST /api/subscribe`, `/api/subscribe/confirm` and `/api/unsubscribe`."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.openapi import problem
from cms.api.parameters import Parameters
from cms.http.anonymous_write import AnonymousWriteView, HoneypotField
from cms.http.attempt_limit import count_attempt
from cms.http.client_key import client_key
from cms.text_rules import validate_one_line
from integrations.mail.address_fields import AddressSerializerField
from integrations.newsletter import services
from integrations.newsletter.models import LONGEST_NAME, LONGEST_SOURCE
from integrations.newsletter.states import Route, State
from integrations.newsletter.wording import VERSION, consent_text

SCOPE = "subscribe"
MOST_ATTEMPTS = "20/h"
ERASED = "erased"
_LONGEST_TOKEN = 200
_LOCALE_HELP = "The visitor's language, also of the errors in the answer."


class ExpiredError(APIException):
    status_code = HTTPStatus.GONE
    default_detail = gettext_lazy("This link is too old. Subscribe again to get another one.")
    default_code = "expired"


class SubscribeSerializer(serializers.Serializer[Any]):
    email = AddressSerializerField()
    name = serializers.CharField(
        max_length=LONGEST_NAME,
        required=False,
        allow_blank=True,
        allow_null=True,
        validators=[validate_one_line],
    )
    locale = serializers.ChoiceField(
        choices=settings.LANGUAGES,
        required=False,
        allow_null=True,
        help_text=f"{_LOCALE_HELP} The mails are written in it.",
    )
    source = serializers.CharField(  # type: ignore[assignment]  # not REST framework's own
        max_length=LONGEST_SOURCE,
        required=False,
        allow_blank=True,
        allow_null=True,
        validators=[validate_one_line],
        help_text="Where on the website the form stands, in your words: `footer`.",
    )
    website = HoneypotField()


class WordingParameters(Parameters):
    locale = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class WordingSerializer(serializers.Serializer[Any]):
    wording = serializers.CharField(help_text="With the site's name in it.")
    version = serializers.CharField(help_text="Another one if the sentence is another.")
    locale = serializers.CharField()


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=_LONGEST_TOKEN, help_text="From the link in a mail.")
    locale = serializers.ChoiceField(
        choices=settings.LANGUAGES, required=False, allow_null=True, help_text=_LOCALE_HELP
    )


class AcceptedSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["accepted"])


class ConfirmedSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=State.choices,
        help_text="`confirmed`; the others only after a repeat, which does not undo them.",
    )


class UnsubscribedSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=[State.UNSUBSCRIBED.value, ERASED],
        help_text="`erased`: the subscription that the link belonged to is over and its data are "
        "gone. A newer one of the same person, if there is one, goes on; its mails have its link.",
    )


def _problems(**others: str) -> dict[Any, Any]:
    descriptions = {
        400: "The input is not valid; `errors` says what at which field.",
        413: "The body is larger than 64 KiB.",
        415: "The body is not JSON.",
        503: "The database is away for a moment.",
    }
    descriptions |= {int(status.removeprefix("on_")): text for status, text in others.items()}
    return {
        (status, "application/problem+json"): problem(text)
        for status, text in sorted(descriptions.items())
    }


class SubscribeView(AnonymousWriteView):
    """Say what people agree to, and take an address for the newsletter."""

    @extend_schema(
        operation_id="subscription_wording",
        tags=["forms"],
        summary="What people agree to",
        description="The sentence that the mail to confirm has and that the consent is kept with. "
        "Show it at your form.",
        parameters=[WordingParameters],
        responses={200: WordingSerializer, **_problems()},
    )
    def get(self, request: Request) -> Response:
        parameters = WordingParameters.read(request.query_params)
        locale = parameters.get("locale") or settings.LANGUAGE_CODE
        return Response({"wording": consent_text(locale), "version": VERSION, "locale": locale})

    @extend_schema(
        operation_id="subscribe",
        tags=["forms"],
        summary="Ask for the newsletter",
        description="The answer is the same whether the address is known or not. A mail with a "
        "link to confirm goes to it, at most one in 3 minutes and five in a day.",
        request=SubscribeSerializer,
        responses={
            202: AcceptedSerializer,
            **_problems(
                on_429="Too much from this client: `Retry-After` says in how many seconds it may "
                "go on."
            ),
        },
    )
    def post(self, request: Request) -> Response:
        count_attempt(request._request, scope=SCOPE, rate=MOST_ATTEMPTS)
        self.speak_language_of(request.data)
        serializer = SubscribeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        services.request_subscription(
            email=given["email"],
            name=given.get("name") or "",
            locale=given.get("locale") or settings.LANGUAGE_CODE,
            source=given.get("source") or "",
            route=Route.API,
            client=client_key(request._request),
            is_trapped=bool(given.get("website")),
        )
        return Response({"status": "accepted"}, status=HTTPStatus.ACCEPTED)


class _TokenView(AnonymousWriteView):
    def token_in(self, request: Request) -> str:
        self.speak_language_of(request.data)
        serializer = TokenSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token: str = serializer.validated_data["token"]
        return token

    def unknown(self) -> serializers.ValidationError:
        return serializers.ValidationError({"token": _("This link is not valid.")})


class ConfirmView(_TokenView):
    """Confirm a subscription."""

    @extend_schema(
        operation_id="confirmSubscription",
        tags=["forms"],
        summary="Confirm a subscription to the newsletter",
        description="With the token of the link in the mail. May be repeated: that changes "
        "nothing, and brings nobody back who has unsubscribed.",
        request=TokenSerializer,
        responses={
            200: ConfirmedSerializer,
            **_problems(on_410="The link was made more than seven days ago, or is of no more use."),
        },
    )
    def post(self, request: Request) -> Response:
        token = self.token_in(request)
        try:
            subscriber = services.confirm(
                token=token, route=Route.API, client=client_key(request._request)
            )
        except services.UnknownTokenError as error:
            raise self.unknown() from error
        except services.ExpiredTokenError as error:
            raise ExpiredError from error
        return Response({"status": subscriber.state})


class UnsubscribeView(_TokenView):
    """End a subscription."""

    @extend_schema(
        operation_id="unsubscribe",
        tags=["forms"],
        summary="Unsubscribe from the newsletter",
        description="With the token of the link in any mail, which does not expire. May be "
        "repeated. It ends the subscription that the mail was sent for, and no newer one.",
        request=TokenSerializer,
        responses={200: UnsubscribedSerializer, **_problems()},
    )
    def post(self, request: Request) -> Response:
        token = self.token_in(request)
        try:
            is_known = services.unsubscribe(
                token=token, route=Route.API, client=client_key(request._request)
            )
        except services.UnknownTokenError as error:
            raise self.unknown() from error
        return Response({"status": State.UNSUBSCRIBED.value if is_known else ERASED})
