"""Blocks as JSON read back into what is stored: the opposite of `content.block_api`."""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlock
from wagtail.documents import get_document_model
from wagtail.images.blocks import ImageChooserBlock

from content.admin_api.input.fields import (
    InputField,
    read_id,
    read_image,
    read_text,
    refuse_length,
)
from content.admin_api.input.reading import UNREADABLE, Later, Reading, below, same, settled
from content.admin_api.input.rich_text import stored_rich_text
from content.block_api import represent
from content.blocks import (
    BodyBlock,
    DocumentBlock,
    EmbedBlock,
    HeadingBlock,
    TargetBlock,
    provider_of,
)

LONGEST_ID = 64
MOST_BLOCKS = 500
_KEYS = {"type", "id", "value"}


class BodyInput(InputField):
    """The blocks of a body, which replace those before. One that is sent as it was read stays."""

    stream_block = BodyBlock()
    longest = MOST_BLOCKS

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if not isinstance(value, list):
            return reading.refuse_type(pointer, _("This has to be a list."))
        if len(value) > MOST_BLOCKS:
            return refuse_length(MOST_BLOCKS, reading, pointer)
        answered = {item["id"]: item for item in reading.current.get("body") or []}
        stored, ids = [], set()
        for number, item in enumerate(value):
            here = below(pointer, number)
            known = answered.get(item.get("id")) if _is_item(item) else None
            raw = self._read_item(item, reading, here, known)
            if raw is UNREADABLE:
                continue
            if raw.get("id") in ids:
                raw = {**raw, "id": None}
            ids.add(raw.get("id"))
            stored.append(raw)
            reading.block_positions.append(number)
        reading.load()
        reading.references.load()
        return settled(stored)

    def _read_item(
        self, item: Any, reading: Reading, pointer: str, known: dict[str, Any] | None
    ) -> Any:
        if not _is_item(item):
            return reading.refuse_type(pointer, _("This has to be an object with type and value."))
        if unknown := sorted(set(item) - _KEYS):
            for name in unknown:
                reading.refuse_unknown(below(pointer, name))
            return UNREADABLE
        block = self.stream_block.child_blocks.get(item["type"])
        if block is None:
            message = _("There is no such block.")
            return reading.refuse(below(pointer, "type"), "invalid_choice", message)
        if known is not None and same(item, known):
            return reading.blocks[item["id"]]
        read_before = known["value"] if known and known["type"] == item["type"] else None
        raw = read_block(block, item["value"], reading, below(pointer, "value"), read_before)
        if raw is UNREADABLE:
            return raw
        return {"type": item["type"], "id": item.get("id"), "value": raw}

    def pointer_below(self, path: Any, reading: Reading) -> str:
        """Where in the body that was sent a block's problem is."""
        number, *rest = path
        positions = reading.block_positions
        sent = positions[number] if isinstance(number, int) and number < len(positions) else number
        names = "".join(below("", _NAMES.get(part, part)) for part in rest)
        return f"{below('', sent)}/value{names}"


_NAMES = {"page": "url", "document": "id"}
"""Where an answer has another name for a child of a block than the block."""


def _is_item(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("type"), str)
        and "value" in item
        and (item.get("id") is None or isinstance(item["id"], str))
        and len(item.get("id") or "") <= LONGEST_ID
        and "\0" not in (item.get("id") or "")
    )


@singledispatch
def read_block(
    block: blocks.Block, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    """What is stored of ``value``, or `UNREADABLE` after it was refused.

    ``before``: what was answered of the same block.
    """
    return read_text(value, reading, pointer)


@read_block.register
def _read_integer(
    block: blocks.IntegerBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        return reading.refuse_type(pointer, _("This has to be a whole number."))
    return value


@read_block.register
def _read_rich_text(
    block: blocks.RichTextBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    html = read_text(value, reading, pointer)
    return stored_rich_text(html, reading, pointer) if isinstance(html, str) else html


@read_block.register
def _read_image(
    block: ImageChooserBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    image = read_image(value, reading, pointer, "content")
    return None if image == "" else image


@read_block.register
def _read_list(
    block: ListBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    if not isinstance(value, list):
        return reading.refuse_type(pointer, _("This has to be a list."))
    if len(value) > MOST_BLOCKS:
        return refuse_length(MOST_BLOCKS, reading, pointer)
    items = [
        read_block(block.child_block, item, reading, below(pointer, number))
        for number, item in enumerate(value)
    ]
    return UNREADABLE if UNREADABLE in items else items


@read_block.register
def _read_struct(
    block: blocks.BaseStructBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    return _read_members(block.child_blocks, value, reading, pointer)


def _read_members(children: Mapping[str, Any], value: Any, reading: Reading, pointer: str) -> Any:
    if not isinstance(value, dict):
        return reading.refuse_type(pointer, _("This has to be an object."))
    for name in value.keys() - children.keys():
        reading.refuse_unknown(below(pointer, name))
    raw = {
        name: read_block(child, value.get(name), reading, below(pointer, name))
        for name, child in children.items()
    }
    return UNREADABLE if UNREADABLE in raw.values() or value.keys() - children.keys() else raw


@read_block.register
def _read_heading(
    block: HeadingBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    if isinstance(value, dict) and "level" in value:
        level = value["level"]
        if isinstance(level, bool) or not isinstance(level, int):
            return reading.refuse_type(below(pointer, "level"), _("This has to be 2 or 3."))
        value = {**value, "level": str(min(level, 9))}
    elif isinstance(value, dict):
        value = {**value, "level": "2"}
    return _read_members(block.child_blocks, value, reading, pointer)


@read_block.register
def _read_embed(
    block: EmbedBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    """`provider` follows from the address."""
    if isinstance(value, dict) and "provider" in value:
        url = value.get("url")
        provider = provider_of(url) if isinstance(url, str) else None
        if value["provider"] not in (provider, (before or {}).get("provider")):
            return reading.refuse_read_only(below(pointer, "provider"))
        value = {name: member for name, member in value.items() if name != "provider"}
    return _read_members(block.child_blocks, value, reading, pointer)


@read_block.register
def _read_target(
    block: TargetBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    """`url` is a path of the frontend for a page of ours, else an absolute address."""
    others = {
        name: child for name, child in block.child_blocks.items() if name not in ("page", "url")
    }
    if not isinstance(value, dict):
        return reading.refuse_type(pointer, _("This has to be an object."))
    members = {name: member for name, member in value.items() if name != "url"}
    raw = _read_members(others, members, reading, pointer)
    here = below(pointer, "url")
    url = read_text(value.get("url"), reading, here)
    if raw is UNREADABLE or url is UNREADABLE:
        return UNREADABLE
    if not url.startswith("/"):
        return {**raw, "page": None, "url": url}
    reading.want_page_at(url)

    def target() -> dict[str, Any]:
        page_id = reading.page_at(url)
        if page_id is None:
            reading.refuse(here, "not_found", _("None of our pages has this address."))
            return {**raw, "page": None, "url": url}
        reading.choose("page", page_id, here)
        return {**raw, "page": page_id, "url": ""}

    return Later(target)


@read_block.register
def _read_document(
    block: DocumentBlock, value: Any, reading: Reading, pointer: str, before: Any = None
) -> Any:
    """`url` and `size` are those of the document; its own title is none of the block."""
    if not isinstance(value, dict):
        return reading.refuse_type(pointer, _("This has to be an object."))
    here = below(pointer, "id")
    document_id = read_id(value.get("id"), reading, here)
    title = read_text(value.get("title"), reading, below(pointer, "title"))
    if document_id is UNREADABLE or title is UNREADABLE:
        return UNREADABLE
    reading.choose("document", document_id, here)
    reading.references.want_document(document_id)
    members = {name: member for name, member in value.items() if name not in ("id", "title")}

    def compare() -> None:
        answered = represent(block, {"document": document_id}, reading.references, "")
        reading.refuse_differences(pointer, members, answered or members)

    def document() -> dict[str, Any]:
        found = reading.references.document(document_id)
        own_title = found.title if isinstance(found, get_document_model()) else None
        return {"document": document_id, "title": "" if title == own_title else title}

    if members:
        reading.choose_repeated("document", document_id, compare)
    return Later(document)
