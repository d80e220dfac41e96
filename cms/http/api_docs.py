"""The OpenAPI document and the page that shows it, without any third-party host."""

from functools import cache
from threading import Lock
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer2
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cms.http.problems import QueryParameterError, refuse_unknown_parameters
from cms.http.public_read import PublicReadMixin
from cms.http.routes import is_api

_RENDERERS: dict[str, type[BaseRenderer]] = {"json": JSONRenderer, "yaml": OpenApiYamlRenderer2}

_making = Lock()


def api_routes(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Preprocessing hook: the admin has REST views too, which are nobody else's business."""
    return [endpoint for endpoint in endpoints if is_api(endpoint[0])]


def _document(format_name: str) -> bytes:
    """The document in one format, made once: routes do not change while a process lives.

    By one thread at a time: the generator loads what extends it at first use, and is not safe then.
    """
    with _making:
        return _make(format_name)


@cache
def _make(format_name: str) -> bytes:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return bytes(_RENDERERS[format_name]().render(schema))


class SchemaView(PublicReadMixin):
    """OpenAPI 3.1 as JSON, or as YAML with `?format=yaml`."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        refuse_unknown_parameters(request.query_params, {"format"})
        format_name = request.query_params.get("format", "json")
        if format_name not in _RENDERERS:
            message = _("Choose json or yaml.")
            raise QueryParameterError("format", "invalid_choice", message)
        media_type = _RENDERERS[format_name].media_type
        return HttpResponse(_document(format_name), content_type=media_type)


class DocsView(PublicReadMixin, SpectacularSwaggerSplitView):
    """Swagger UI from our own static files; its script is a request of its own, so that the
    content security policy needs no inline scripts.
    """

    schema = None
    url_name = "schema"

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request.query_params, {"script"})
        response: Response = super().get(request)  # type: ignore[no-untyped-call]
        return response
