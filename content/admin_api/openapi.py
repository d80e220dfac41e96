"""How routes of content appear in the OpenAPI document: each view says what it takes and gives."""

from inspect import cleandoc
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction

from cms.admin_api.openapi import AdminSchema


class ContentSchema(AdminSchema):
    def get_operation_id(self) -> str:
        return str(self.view.operation_id(self.method))

    def get_tags(self) -> list[str]:
        return [self.view.operation_tag]

    def get_summary(self) -> str:
        return str(self.view.summaries[self.method])

    def get_description(self) -> str:  # type: ignore[override]  # spectacular's signature
        # Not what a base says of itself.
        return cleandoc(vars(type(self.view)).get("__doc__") or f"{self.get_summary()}.")

    def get_override_parameters(self) -> list[Any]:
        written: Any = (
            self.view.write_parameters_class if self.method in ("POST", "PATCH") else None
        )
        return [*super().get_override_parameters(), *([written] if written else [])]

    def get_request_serializer(self) -> Any:
        return self.view.request_shape(self.method)

    def get_response_serializers(self) -> Any:
        return self.view.response_shapes(self.method)

    def _problems(self) -> dict[int, str]:
        conflict = {} if self.method == "GET" else {409: "Its state does not allow this."}
        return {**conflict, **super()._problems()}


class RowsExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "content.admin_api.input.objects.Rows"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        component = auto_schema.resolve_serializer(self.target.child, direction)
        return {"type": "array", "items": component.ref, "maxItems": self.target.longest}


class ChoiceExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "content.admin_api.input.fields.Choice"
    match_subclasses = True
    priority = 1

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        if self.target.allow_null:
            return {"type": ["string", "null"], "enum": [*self.target.choices, None]}
        return {"type": "string", "enum": self.target.choices}


class BodyExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "content.admin_api.input.blocks.BodyInput"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        names = list(self.target.stream_block.child_blocks)
        item = {
            "type": "object",
            "required": ["type", "value"],
            "properties": {
                "type": {"type": "string", "enum": names},
                "id": {
                    "type": ["string", "null"],
                    "description": "As it was read: a block that keeps its id is the same block.",
                },
                "value": {
                    "description": "As it is read; images and documents by their `id`.",
                },
            },
        }
        return {"type": "array", "items": item, "maxItems": self.target.longest}
