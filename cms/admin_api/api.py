"""`/api/auth/…`: who is signed in."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from cms.admin_api import credentials, sign_ins
from cms.admin_api.authentication import CHALLENGE
from cms.admin_api.tokens import access_token_seconds
from cms.admin_api.views import AdminAPIView
from cms.api.openapi import problem
from cms.http.accepted_limit import LimitReachedError
from cms.http.anonymous_write import AnonymousWriteView
from cms.http.client_key import client_key
from cms.http.problems import problem_response
from cms.models import User

_LONGEST_NAME = 254
_LONGEST_PASSWORD = 4096
_LONGEST_TOKEN = 200


class CredentialsSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(
        max_length=_LONGEST_NAME,
        trim_whitespace=False,
        help_text="The name or the e-mail address of an account that may enter the admin.",
    )
    password = serializers.CharField(max_length=_LONGEST_PASSWORD, trim_whitespace=False)


class RefreshTokenSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=_LONGEST_TOKEN, trim_whitespace=False)


class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="For `Authorization: Bearer …`.")
    refresh = serializers.CharField(help_text="Works once; the answer to it has the next.")
    expires_in = serializers.IntegerField(help_text="For how many seconds `access` is good.")


_PROBLEMS = {
    400: "The input is not valid; `errors` says what at which field.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not JSON.",
    503: "The database is away for a moment.",
}


def _described(**others: str) -> dict[tuple[int, str], Any]:
    descriptions = {**_PROBLEMS, **{int(name[1:]): text for name, text in others.items()}}
    return {
        (status, "application/problem+json"): problem(text)
        for status, text in sorted(descriptions.items())
    }


class SignInView(AnonymousWriteView):
    """What the three share: a body of texts, and one answer to whatever is not good."""

    def given(self, serializer_class: type[serializers.Serializer[Any]]) -> dict[str, str]:
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def pair(self, pair: sign_ins.TokenPair) -> Response:
        """The answer with both tokens."""
        return Response(
            {
                "access": pair.access,
                "refresh": pair.refresh,
                "expires_in": access_token_seconds(),
            }
        )

    def refusal(self, detail: str) -> HttpResponse:
        """Answered and not raised: what has been counted and logged is to stay."""
        headers = {"WWW-Authenticate": CHALLENGE}
        request = self.request._request
        return problem_response(request, HTTPStatus.UNAUTHORIZED, detail=detail, headers=headers)


# Attempts are counted in transactions of their own.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class LoginView(SignInView):
    """Begin a sign-in. Every failure is answered alike: a name that is not known, a wrong password,
    an account that is not active or may not enter the admin.
    """

    @extend_schema(
        operation_id="auth_login",
        tags=["sign-in"],
        summary="Sign in",
        request=CredentialsSerializer,
        responses={
            200: TokenPairSerializer,
            **_described(
                _401="Nobody can sign in with that.",
                _429="Too many failures in 5 minutes, 5 for an account from one client or 20 from "
                "one client: `Retry-After` says in how many seconds another attempt is possible.",
            ),
        },
    )
    def post(self, request: Request) -> Response | HttpResponse:
        given = self.given(CredentialsSerializer)
        try:
            user = credentials.check(
                name=given["username"],
                password=given["password"],
                client=client_key(request._request),
                permission=sign_ins.ADMIN_ACCESS,
            )
        except LimitReachedError as limit:
            raise Throttled(wait=limit.retry_after) from limit
        if user is None:
            return self.refusal(_("The username or email address and the password do not match."))
        return self.pair(sign_ins.begin(user=user))


class RefreshView(SignInView):
    """Exchange a refresh token for a new pair. It works once: used again within 10 seconds (two
    tabs) it is refused, used again later it ends the whole sign-in, because somebody else has it.
    """

    @extend_schema(
        operation_id="auth_refresh",
        tags=["sign-in"],
        summary="Get new tokens",
        request=RefreshTokenSerializer,
        responses={
            200: TokenPairSerializer,
            **_described(_401="Not a refresh token that is good (any more)."),
        },
    )
    def post(self, request: Request) -> Response | HttpResponse:
        pair = sign_ins.refresh(token=self.given(RefreshTokenSerializer)["refresh"])
        return self.refusal(_("Sign in again.")) if pair is None else self.pair(pair)


class LogoutView(SignInView):
    """End the sign-in that a refresh token belongs to, its access tokens included. A token that is
    not good (any more) is answered the same.
    """

    @extend_schema(
        operation_id="auth_logout",
        tags=["sign-in"],
        summary="Sign out",
        request=RefreshTokenSerializer,
        responses={204: None, **_described()},
    )
    def post(self, request: Request) -> Response:
        sign_ins.end(token=self.given(RefreshTokenSerializer)["refresh"])
        return Response(status=HTTPStatus.NO_CONTENT)


class MeSerializer(serializers.Serializer[User]):
    """An account, as its own user sees it."""

    id = serializers.IntegerField()
    username = serializers.CharField(source="get_username")
    email = serializers.CharField()
    name = serializers.CharField(
        source="get_full_name", allow_null=True, help_text="First and last name."
    )
    groups = serializers.ListField(child=serializers.CharField(), help_text="Their names.")
    permissions = serializers.ListField(
        child=serializers.CharField(), help_text="Django's, as `content.change_testimonial`."
    )

    def to_representation(self, instance: User) -> dict[str, Any]:
        return {
            "id": instance.pk,
            "username": instance.get_username(),
            "email": instance.email,
            "name": instance.get_full_name() or None,
            "groups": [group.name for group in instance.groups.order_by("name")],
            "permissions": sorted(instance.get_all_permissions()),
        }


class MeView(AdminAPIView):
    """Who the token belongs to, and what that user may do."""

    @extend_schema(
        operation_id="auth_me", tags=["sign-in"], summary="Who am I", responses=MeSerializer
    )
    def get(self, request: Request) -> Response:
        self.query()
        return Response(MeSerializer(self.user).data)
