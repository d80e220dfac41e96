"""How routes of content appear in the OpenAPI document: each view says what it takes and gives."""

from inspect import cleandoc
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction

from cms.admin_api.openapi import AdminSchema
from content.admin_api.input.block_schemas import item_input_schema
from content.api.openapi import component, one_of_blocks


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


class ImageChoiceExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "content.admin_api.input.fields.ImageChoice"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        return _image_choice(auto_schema)


def _image_choice(auto_schema: AutoSchema) -> dict[str, Any]:
    by_object = {
        "type": "object",
        "properties": {"id": {"type": "integer"}},
        "required": ["id"],
        "additionalProperties": True,
        "description": "Also with the rest of what was read, unchanged.",
    }
    schema = {
        "description": "A picture by its id.",
        "oneOf": [{"type": "integer"}, by_object, {"type": "null"}],
    }
    return component(auto_schema, "ImageChoice", "image by its id", schema)


class BodyExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "content.admin_api.input.blocks.BodyInput"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        _image_choice(auto_schema)  # which the blocks refer to
        items = one_of_blocks(
            auto_schema,
            self.target.stream_block,
            suffix="BlockInput",
            schema_of=item_input_schema,
        )
        return {"type": "array", "items": items, "maxItems": self.target.longest}
