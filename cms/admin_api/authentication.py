"""`Authorization: Bearer …` and nothing else: no cookie, no parameter (RFC 6750, 2.1)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from cms.admin_api.sign_ins import find_signed_in
from cms.admin_api.tokens import Claims, InvalidTokenError, read_access_token
from cms.models import User

CHALLENGE = 'Bearer realm="admin API"'
_INVALID = f'{CHALLENGE}, error="invalid_token"'


class BearerAuthentication(BaseAuthentication):
    """The user of an access token whose sign-in lasts and who may enter the admin."""

    def authenticate(self, request: Request) -> tuple[User, Claims] | None:
        header = str(request.META.get("HTTP_AUTHORIZATION", ""))
        scheme, _space, encoded = header.partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            claims = read_access_token(encoded.strip().encode("latin-1", "replace"))
        except InvalidTokenError as error:
            raise _refusal(request) from error
        user = find_signed_in(sign_in_id=claims.sign_in_id, user_id=claims.user_id)
        if user is None:
            raise _refusal(request)
        return user, claims

    def authenticate_header(self, request: Request) -> str:
        return _INVALID if getattr(request, "has_invalid_token", False) else CHALLENGE


def _refusal(request: Request) -> AuthenticationFailed:
    """The same for every token that is not good, so that nobody learns why."""
    request.has_invalid_token = True  # type: ignore[attr-defined]  # for `authenticate_header`
    return AuthenticationFailed(_("Sign in first."))


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
