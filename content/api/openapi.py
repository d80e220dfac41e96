"""How fields of content appear in the OpenAPI document (drf-spectacular)."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import Direction

from content.block_api import item_schema


class TypeNameExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "content.serializers.pages.TypeNameField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        return {"type": "string", "const": self.target.type_name}


class BlocksExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "content.serializers.fields.BlocksField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        for serializer in self.target.embedded_serializers:
            auto_schema.resolve_serializer(serializer, direction)
        kinds = {
            name: self._component(auto_schema, name, child)
            for name, child in self.target.stream_block.child_blocks.items()
        }
        mapping = {name: ref["$ref"] for name, ref in kinds.items()}
        discriminator = {"propertyName": "type", "mapping": mapping}
        return {
            "type": "array",
            "items": {"oneOf": list(kinds.values()), "discriminator": discriminator},
        }

    def _component(self, auto_schema: AutoSchema, name: str, block: Any) -> dict[str, Any]:
        """A schema by name for one kind of block: ``HeadingBlock``, ``EventsSection``."""
        camel = "".join(part.capitalize() for part in name.split("_"))
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=camel + self.target.component_suffix,
            type=ResolvedComponent.SCHEMA,
            object=f"{type(self.target.stream_block).__qualname__}.{name}",
            schema=item_schema(name, block),
        )
        auto_schema.registry.register_on_missing(component)
        reference: dict[str, Any] = component.ref
        return reference
