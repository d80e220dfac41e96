"""Where GitHub pushes to. The signature says that it is GitHub; what happened is asked for."""

import hmac
import json
import logging
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError, PermissionDenied, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.openapi import problem
from cms.http.anonymous_write import AnonymousWriteView
from integrations.github import services

_PREFIX = "sha256="
_EVENT, _SIGNATURE = "X-GitHub-Event", "X-Hub-Signature-256"
_DESCRIPTIONS = {
    400: "The body is not a JSON object.",
    403: "The signature is missing or wrong.",
    404: "No secret is set.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    503: "The database is away for a moment.",
}

logger = logging.getLogger(__name__)


class GitHubPushView(AnonymousWriteView):
    """Take a signed message of GitHub's once; sent again it is answered alike and does nothing."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Without a secret there is nothing here, whatever the method."""
        if not settings.GITHUB_WEBHOOK_SECRET:
            raise Http404
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="github_push",
        tags=["projects"],
        summary="What has happened on GitHub",
        description="For a webhook of an organisation or a repository on GitHub. What changed is "
        "asked for within a minute; what is gone is away at once. Repeats do nothing.",
        parameters=[
            OpenApiParameter(
                _SIGNATURE,
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="`sha256=` and the HMAC-SHA256 of the body.",
            ),
            OpenApiParameter(_EVENT, str, OpenApiParameter.HEADER, description="Like `push`."),
        ],
        request={"application/json": {"type": "object"}},
        responses={
            202: {
                "type": "object",
                "required": ["status"],
                "properties": {
                    "status": {
                        "type": "string",
                        "enum": ["accepted", "known"],
                        "description": "`known`: this very message had come before.",
                    }
                },
            },
            **{
                (status, "application/problem+json"): problem(description)
                for status, description in _DESCRIPTIONS.items()
            },
        },
    )
    def post(self, request: Request) -> Response:
        given = request._request
        if given.content_type != "application/json":
            raise UnsupportedMediaType(given.content_type or "")
        # Not `body`, which refuses more than forms may have; the gate before has limited this.
        body = given.read()
        event = _printable(given.headers.get(_EVENT, ""))
        if not _is_signed(body, given.headers.get(_SIGNATURE, "")):
            logger.warning("A message to GitHub's webhook was refused: its signature does not fit")
            raise PermissionDenied(_("The signature does not fit."))
        is_new = services.take_push(event=event, body=body, payload=_payload(body))
        status = "accepted" if is_new else "known"
        logger.info("GitHub pushed %s: %s", event or "something without a name", status)
        return Response({"status": status}, status=HTTPStatus.ACCEPTED)


def _is_signed(body: bytes, signature: str) -> bool:
    """Whether GitHub knows our secret: the comparison takes as long for every wrong signature."""
    secret = settings.GITHUB_WEBHOOK_SECRET or ""
    expected = _PREFIX + hmac.new(secret.encode(), body, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def _payload(body: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError from error
    if not isinstance(payload, dict):
        raise ParseError
    return payload


def _printable(text: str) -> str:
    return text if text.isascii() and text.isprintable() else ""
