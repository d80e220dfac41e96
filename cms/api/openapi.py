"""How our views appear in the OpenAPI document (drf-spectacular)."""

from collections.abc import Sequence
from functools import cache
from inspect import cleandoc
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiResponse,
    PolymorphicProxySerializer,
    inline_serializer,
)
from rest_framework import serializers


class InputErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong with the request."""

    parameter = serializers.CharField(required=False, help_text="The query parameter.")
    pointer = serializers.CharField(required=False, help_text="RFC 6901 pointer into the body.")
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField()
    errors = InputErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class ListMetaSerializer(serializers.Serializer[Any]):
    total_count = serializers.IntegerField(min_value=0)


def problem(description: str) -> OpenApiResponse:
    return OpenApiResponse(ProblemSerializer, description)


PROBLEMS = {
    (400, "application/problem+json"): problem("The query is not valid."),
    (404, "application/problem+json"): problem("There is nothing here."),
    (503, "application/problem+json"): problem("The database is away for a moment."),
}
NOT_MODIFIED = {304: OpenApiResponse(description="Not changed since `If-None-Match`.")}
FOUND = {302: OpenApiResponse(description="Found: `Location` has its detail.")}


Kinds = Sequence[Any]


def one_of(name: str, kinds: Kinds, *, many: bool = False) -> Any:
    """One of several shapes, or a list of them; ``meta.type`` tells which."""
    if len(kinds) == 1:
        return kinds[0](many=many) if many else kinds[0]
    return PolymorphicProxySerializer(
        component_name=name, serializers=kinds, resource_type_field_name=None, many=many
    )


def list_of(
    name: str, kinds: Kinds, meta: type[serializers.Serializer[Any]] = ListMetaSerializer
) -> Any:
    """The envelope of every list."""
    return _envelope(name, tuple(kinds), meta)


@cache
def _envelope(
    name: str,
    kinds: tuple[type[serializers.Serializer[Any]], ...],
    meta: type[serializers.Serializer[Any]],
) -> Any:
    # Made once, because two routes with the same list must share one component.
    items = one_of(f"{name}ListItem", kinds, many=True)
    return inline_serializer(f"{name}List", {"meta": meta(), "items": items})


class PublicSchema(AutoSchema):
    """Asks the view for parameters and answers instead of guessing them from its class."""

    view: Any

    def get_operation_id(self) -> str:
        return str(self.view.operation_name(self.method, self.path))

    def get_override_parameters(self) -> list[Any]:
        return list(self.view.operation_parameters())

    def get_request_serializer(self) -> None:
        return None

    def get_response_serializers(self) -> Any:
        return {**self.view.operation_responses(), **NOT_MODIFIED, **PROBLEMS}

    def get_filter_backends(self) -> list[Any]:
        return []

    def get_tags(self) -> list[str]:
        return [self.view.operation_tag]

    def get_description(self) -> str:  # type: ignore[override]  # spectacular's signature
        action = getattr(self.view, getattr(self.view, "action", None) or "get", None)
        return cleandoc(getattr(action, "__doc__", None) or type(self.view).__doc__ or "")

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False
