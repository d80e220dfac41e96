"""The base of every endpoint that takes what visitors send: anonymous, strict JSON, no cookies."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cms.http.strict_json import StrictJSONParser


class HoneypotField(serializers.CharField):
    """A trap for programs that fill in whatever there is: people do not see this field."""

    def __init__(self, **kwargs: Any) -> None:
        defaults = {
            "required": False,
            "allow_blank": True,
            "allow_null": True,
            "help_text": "Hide this field from people and leave it empty: only programs fill it "
            "in.",
        }
        super().__init__(**{**defaults, **kwargs})


class AnonymousWriteView(APIView):
    """Nobody signs in here, so there is nothing that another site could have a browser do."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (StrictJSONParser,)

    def speak_language_of(self, body: Any) -> None:
        """Word what follows, errors too, in the language that the body says in ``locale``.

        It lasts to the end of the request: the next one chooses its own.
        """
        locale = body.get("locale") if isinstance(body, dict) else None
        if isinstance(locale, str) and locale in dict(settings.LANGUAGES):
            translation.activate(locale)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Nothing of it is for anybody else, or for later."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        return final

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The methods there are; REST framework's description of the view is no part of the API."""
        headers = {"Allow": ", ".join(self.allowed_methods)}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
