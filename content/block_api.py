"""Blocks as JSON: what a block refers to, what it answers, and the schema of that answer.

All three work on the stored form of a block, so that a list of pages with bodies costs no query per
block. They dispatch on the block's class: an app with blocks of its own registers them here.
"""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from wagtail import blocks
from wagtail.blocks.list_block import ListBlock
from wagtail.blocks.stream_block import BaseStreamBlock, StreamValue
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from content.blocks import (
    DocumentBlock,
    EmbedBlock,
    HeadingBlock,
    ImageBlock,
    TargetBlock,
    provider_of,
)
from content.references import References, document_url
from content.rich_text import expand_rich_text

Schema = dict[str, Any]
STRING: Schema = {"type": "string"}
NULLABLE_STRING: Schema = {"type": ["string", "null"]}
IMAGE: Schema = {"$ref": "#/components/schemas/Image"}
NULLABLE_IMAGE: Schema = {"oneOf": [IMAGE, {"type": "null"}]}


def collect_stream(value: StreamValue, references: References) -> None:
    """Note everything that the blocks of ``value`` refer to."""
    collect(value.stream_block, list(value.raw_data), references)


def represent_stream(
    value: StreamValue, references: References, language: str
) -> list[dict[str, Any]]:
    """The blocks of ``value`` as ``[{"type", "id", "value"}]``."""
    return represent(value.stream_block, list(value.raw_data), references, language)


@singledispatch
def collect(block: blocks.Block, raw: Any, references: References) -> None:
    """Note what the stored value ``raw`` of ``block`` refers to."""


@singledispatch
def represent(block: blocks.Block, raw: Any, references: References, language: str) -> Any:
    """The JSON value of ``raw``; by default what is stored, with nothing as ``None``.

    A draft may lack even text that is required: that is an empty text, as the schema says.
    """
    if raw in ("", None):
        return "" if block.required and schema(block) == STRING else None
    return raw


@singledispatch
def schema(block: blocks.Block) -> Schema:
    """JSON Schema (2020-12) of what `represent` answers."""
    return STRING if block.required else NULLABLE_STRING


@schema.register
def _(block: blocks.IntegerBlock) -> Schema:
    return {"type": "integer"}


@schema.register
def _(block: blocks.ChoiceBlock) -> Schema:
    return {"type": "string", "enum": [key for key, _label in block.field.choices if key]}


@schema.register
def _(block: blocks.RichTextBlock) -> Schema:
    return {
        "type": "string",
        "format": "html",
        "description": "HTML; links to our pages are paths.",
    }


@collect.register
def _(block: blocks.RichTextBlock, raw: Any, references: References) -> None:
    references.want_rich_text(raw or "")


@represent.register
def _(block: blocks.RichTextBlock, raw: Any, references: References, language: str) -> str:
    return expand_rich_text(raw or "", references, language)


@schema.register
def _(block: ImageChooserBlock) -> Schema:
    return NULLABLE_IMAGE


@collect.register
def _(block: ImageChooserBlock, raw: Any, references: References) -> None:
    references.want_image(raw)


@represent.register
def _(block: ImageChooserBlock, raw: Any, references: References, language: str) -> Any:
    return references.picture(raw, "content")


@collect.register
def _(block: blocks.PageChooserBlock, raw: Any, references: References) -> None:
    references.want_page(raw)


@collect.register
def _(block: DocumentChooserBlock, raw: Any, references: References) -> None:
    references.want_document(raw)


@collect.register
def _(block: blocks.BaseStructBlock, raw: Any, references: References) -> None:
    for name, child in block.child_blocks.items():
        collect(child, (raw or {}).get(name), references)


@represent.register
def _(block: blocks.BaseStructBlock, raw: Any, references: References, language: str) -> Any:
    values: Mapping[str, Any] = raw or {}
    return {
        name: represent(child, values.get(name), references, language)
        for name, child in block.child_blocks.items()
    }


@schema.register
def _(block: blocks.BaseStructBlock) -> Schema:
    return object_schema({name: schema(child) for name, child in block.child_blocks.items()})


def object_schema(properties: dict[str, Schema]) -> Schema:
    """An object in which every property is always there."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def list_items(raw: Any) -> list[Any]:
    """The stored values of a ListBlock, with or without the ids that newer versions add."""
    return [
        item["value"] if isinstance(item, Mapping) and item.keys() >= {"type", "value"} else item
        for item in raw or []
    ]


@collect.register
def _(block: ListBlock, raw: Any, references: References) -> None:
    for item in list_items(raw):
        collect(block.child_block, item, references)


@represent.register
def _(block: ListBlock, raw: Any, references: References, language: str) -> list[Any]:
    items = (represent(block.child_block, item, references, language) for item in list_items(raw))
    return [item for item in items if item is not None]


@schema.register
def _(block: ListBlock) -> Schema:
    return {"type": "array", "items": schema(block.child_block)}


@collect.register
def _(block: BaseStreamBlock, raw: Any, references: References) -> None:
    for item in raw or []:
        if child := block.child_blocks.get(item["type"]):
            collect(child, item["value"], references)


@represent.register
def _(block: BaseStreamBlock, raw: Any, references: References, language: str) -> Any:
    items = []
    for item in raw or []:
        if child := block.child_blocks.get(item["type"]):
            value = represent(child, item["value"], references, language)
            if value is not None:
                items.append({"type": item["type"], "id": item.get("id"), "value": value})
    return items


@schema.register
def _(block: BaseStreamBlock) -> Schema:
    kinds = [item_schema(name, child) for name, child in block.child_blocks.items()]
    return {"type": "array", "items": {"oneOf": kinds}}


def item_schema(name: str, block: blocks.Block) -> Schema:
    """One item of a StreamField whose block is ``block``."""
    return object_schema({"type": {"const": name}, "id": NULLABLE_STRING, "value": schema(block)})


@represent.register
def _(block: ImageBlock, raw: Any, references: References, language: str) -> Any:
    picture = references.picture(raw.get("image"), "content")
    return picture and {"image": picture, "caption": raw.get("caption") or None}


@schema.register
def _(block: ImageBlock) -> Schema:
    return object_schema({"image": IMAGE, "caption": NULLABLE_STRING})


@represent.register
def _(block: HeadingBlock, raw: Any, references: References, language: str) -> dict[str, Any]:
    return {"text": raw["text"], "level": int(raw.get("level") or 2)}


@schema.register
def _(block: HeadingBlock) -> Schema:
    return object_schema({"text": STRING, "level": {"type": "integer", "enum": [2, 3]}})


@represent.register
def _(block: EmbedBlock, raw: Any, references: References, language: str) -> dict[str, Any]:
    return {
        "provider": provider_of(raw["url"]),
        "url": raw["url"],
        "title": raw["title"],
        "thumbnail": references.picture(raw.get("thumbnail"), "content"),
    }


@schema.register
def _(block: EmbedBlock) -> Schema:
    return object_schema(
        {
            "provider": NULLABLE_STRING,
            "url": {"type": "string", "format": "uri"},
            "title": STRING,
            "thumbnail": NULLABLE_IMAGE,
        }
    )


@represent.register
def _(block: DocumentBlock, raw: Any, references: References, language: str) -> Any:
    document = references.document(raw.get("document"))
    if document is None:
        return None
    return {
        "id": document.pk,
        "title": raw.get("title") or document.title,
        "url": document_url(document),
        "size": document.file_size,
    }


@schema.register
def _(block: DocumentBlock) -> Schema:
    size = {"type": ["integer", "null"], "description": "Bytes."}
    url = {"type": "string", "format": "uri"}
    return object_schema({"id": {"type": "integer"}, "title": STRING, "url": url, "size": size})


_ADDRESS: Schema = {
    "type": "string",
    "description": "A path of the frontend for our own pages, else an absolute address.",
}


def _target(raw: Mapping[str, Any], references: References, language: str) -> str | None:
    """Where a link leads; a chosen page that is not public any more leads nowhere."""
    if raw.get("page"):
        page = references.page(raw["page"], language)
        return page.path if page else None
    return raw.get("url") or None


@represent.register
def _(block: TargetBlock, raw: Any, references: References, language: str) -> Any:
    url = _target(raw, references, language)
    if url is None:
        return None
    others = {
        name: represent(child, raw.get(name), references, language)
        for name, child in block.child_blocks.items()
        if name not in ("page", "url")
    }
    return {**others, "url": url}


@schema.register
def _(block: TargetBlock) -> Schema:
    others = {
        name: schema(child)
        for name, child in block.child_blocks.items()
        if name not in ("page", "url")
    }
    return object_schema({**others, "url": _ADDRESS})
