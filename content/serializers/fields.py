"""Fields of blocks."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers
from wagtail.blocks import StreamBlock

from cms.api.fields import ImageSerializer, ReadSerializer
from content.block_api import represent_stream
from content.blocks import BodyBlock


class BlocksField(serializers.Field[Any, Any, list[dict[str, Any]], Any]):
    """Base of fields that answer the blocks of ``stream_block``; its schema is made from them."""

    stream_block: StreamBlock
    component_suffix: ClassVar[str]
    embedded_serializers: ClassVar[Sequence[type[ReadSerializer]]] = (ImageSerializer,)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)


class BodyField(BlocksField):
    """The blocks of an object's `body`, in the object's language."""

    stream_block = BodyBlock()
    component_suffix = "Block"

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        language = value.locale.language_code
        return represent_stream(value.body, self.context["references"], language)
