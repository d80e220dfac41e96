"""How the admin API appears in the OpenAPI document: what every operation has in common."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import Serializer

from cms.api.openapi import problem

_EVERYWHERE = {
    401: "No access token, or none that is good (any more).",
    403: "This user may not do that.",
    503: "The database is away for a moment.",
}
_DETAIL = {404: "There is nothing here."}
_LIST = {400: "The query is not valid; `errors` says which parameters."}
_WRITE = {
    400: "The input is not valid; `errors` says what at which field, and nothing was saved.",
    413: "The body is too large.",
    415: "The body has another type.",
}
_CHANGE = {412: "It has been changed since: `If-Match` names another state."}
_CREATE = {
    409: "The first request with this Idempotency-Key is still being answered.",
    422: "This Idempotency-Key was used with another body.",
}
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` that the item was read with: the write is refused with 412 if somebody "
    "has changed it since.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A repeat within 24 hours gets the first answer again and creates nothing twice.",
)


class AdminSchema(AutoSchema):
    """Adds the errors that the method and the path bring with them; `extend_schema` says the rest.

    POST to a path without an id creates something; to another it does something to that item.
    """

    view: Any

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        # Not `get_response_serializers`, which `extend_schema` replaces.
        bodies: Any = super()._get_response_bodies(direction)
        for status, description in sorted(self._problems().items()):
            body = self._get_response_for_code(  # type: ignore[no-untyped-call]
                problem(description), str(status), ["application/problem+json"], direction
            )
            bodies.setdefault(str(status), body)
        return bodies

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = list(super().get_override_parameters())
        if self.method == "GET":
            if self.view.parameters_class().fields:
                parameters.append(self.view.parameters_class)
        elif self._creates():
            parameters.append(IDEMPOTENCY_KEY)
        else:
            parameters.append(IF_MATCH)
        return parameters

    def _get_request_for_media_type(self, serializer: Any, direction: Any = "request") -> Any:
        """A change takes what a creation takes, by the same name where nothing is required."""
        shape = force_instance(serializer)  # type: ignore[no-untyped-call]
        requires = isinstance(shape, Serializer) and any(
            field.required for field in shape.fields.values()
        )
        if self.method == "PATCH" and isinstance(shape, Serializer) and not requires:
            return self.resolve_serializer(shape, direction).ref, False
        return super()._get_request_for_media_type(serializer, direction)  # type: ignore[no-untyped-call]

    def get_filter_backends(self) -> list[Any]:
        return []

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _creates(self) -> bool:
        return self.method == "POST" and "{" not in self.path

    def _problems(self) -> dict[int, str]:
        detail = _DETAIL if "{" in self.path else {}
        return {**_EVERYWHERE, **detail, **self._of_the_method()}

    def _of_the_method(self) -> dict[int, str]:
        match self.method:
            case "GET":
                return _LIST
            case "POST" if self._creates():
                return {**_WRITE, **_CREATE}
            case "DELETE":
                return _CHANGE
        return {**_WRITE, **_CHANGE}
