"""JSON Schema (2020-12) of blocks as they are sent: what `read_block` takes.

Wider than what `content.block_api` answers: pictures by their id, and a draft may lack anything.
"""

from functools import singledispatch

from wagtail import blocks
from wagtail.blocks.list_block import ListBlock
from wagtail.images.blocks import ImageChooserBlock

from content.admin_api.input.blocks import LONGEST_ID, MOST_BLOCKS
from content.block_api import NULLABLE_STRING, Schema
from content.blocks import DocumentBlock, EmbedBlock, HeadingBlock, TargetBlock

IMAGE_CHOICE: Schema = {"$ref": "#/components/schemas/ImageChoice"}
_AS_READ = "As it was read; it follows from the others."


@singledispatch
def input_schema(block: blocks.Block) -> Schema:
    """What can be sent of ``block``."""
    return NULLABLE_STRING


def item_input_schema(name: str, block: blocks.Block) -> Schema:
    """One item of a StreamField whose block is ``block``."""
    block_id = {
        **NULLABLE_STRING,
        "maxLength": LONGEST_ID,
        "description": "As it was read: a block that keeps its id is the same block.",
    }
    properties = {"type": {"const": name}, "id": block_id, "value": input_schema(block)}
    return {**_object(properties), "required": ["type", "value"]}


def _object(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _members(block: blocks.BaseStructBlock) -> dict[str, Schema]:
    return {name: input_schema(child) for name, child in block.child_blocks.items()}


@input_schema.register
def _(block: blocks.ChoiceBlock) -> Schema:
    names = [key for key, _label in block.field.choices if key]
    return {"type": ["string", "null"], "enum": [*names, None]}


@input_schema.register
def _(block: blocks.RichTextBlock) -> Schema:
    description = "HTML; links to our pages are paths. What the editor has no button for is lost."
    return {**NULLABLE_STRING, "format": "html", "description": description}


@input_schema.register
def _(block: ImageChooserBlock) -> Schema:
    return IMAGE_CHOICE


@input_schema.register
def _(block: ListBlock) -> Schema:
    return {"type": "array", "items": input_schema(block.child_block), "maxItems": MOST_BLOCKS}


@input_schema.register
def _(block: blocks.BaseStructBlock) -> Schema:
    return _object(_members(block))


@input_schema.register
def _(block: HeadingBlock) -> Schema:
    level = {"type": "integer", "enum": [2, 3], "default": 2}
    return _object({**_members(block), "level": level})


@input_schema.register
def _(block: EmbedBlock) -> Schema:
    return _object({**_members(block), "provider": {**NULLABLE_STRING, "description": _AS_READ}})


@input_schema.register
def _(block: DocumentBlock) -> Schema:
    size = {"type": ["integer", "null"], "description": _AS_READ}
    url = {"type": "string", "description": _AS_READ}
    properties = {"id": {"type": "integer"}, "title": NULLABLE_STRING, "url": url, "size": size}
    return {**_object(properties), "required": ["id"]}


@input_schema.register
def _(block: TargetBlock) -> Schema:
    """A page is chosen by its path."""
    members = {name: each for name, each in _members(block).items() if name != "page"}
    address = {
        **NULLABLE_STRING,
        "description": "A path of the frontend for our own pages, else an absolute address.",
    }
    return _object({**members, "url": address})
