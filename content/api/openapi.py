"""How fields of content appear in the OpenAPI document (drf-spectacular)."""

from collections.abc import Callable
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
        items = one_of_blocks(
            auto_schema,
            self.target.stream_block,
            suffix=self.target.component_suffix,
            schema_of=item_schema,
        )
        return {"type": "array", "items": items}


def one_of_blocks(
    auto_schema: AutoSchema,
    stream_block: Any,
    *,
    suffix: str,
    schema_of: Callable[[str, Any], dict[str, Any]],
) -> dict[str, Any]:
    """Any of the blocks, each with a name: ``HeadingBlock``, ``EventsSection``."""
    kinds = {}
    for name, child in stream_block.child_blocks.items():
        camel = "".join(part.capitalize() for part in name.split("_"))
        identity = f"{type(stream_block).__qualname__}.{name}{suffix}"
        kinds[name] = component(auto_schema, camel + suffix, identity, schema_of(name, child))
    mapping = {name: reference["$ref"] for name, reference in kinds.items()}
    discriminator = {"propertyName": "type", "mapping": mapping}
    return {"oneOf": list(kinds.values()), "discriminator": discriminator}


def component(
    auto_schema: AutoSchema, name: str, identity: str, schema: dict[str, Any]
) -> dict[str, Any]:
    """A reference to ``schema``, which the document has once under its name."""
    resolved = ResolvedComponent(  # type: ignore[no-untyped-call]
        name=name, type=ResolvedComponent.SCHEMA, object=identity, schema=schema
    )
    auto_schema.registry.register_on_missing(resolved)
    reference: dict[str, Any] = resolved.ref
    return reference
