"""The landing page as JSON: every section with its items, in one answer."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from cms.api.fields import ImageSerializer
from cms.sections import SectionContent, item_schema_of, resolver_for
from content.block_api import NULLABLE_STRING, STRING, collect, object_schema, represent, schema
from content.references import References
from content.serializers import EventListItemSerializer, TestimonialSerializer
from content.serializers.fields import BlocksField
from content.serializers.pages import PageListItemSerializer, page_meta
from home.blocks import FetchedSectionBlock, FormSectionBlock, ListSectionBlock, SectionsBlock

Section = dict[str, Any]
NULLABLE_INSTANT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
BOOLEAN: dict[str, Any] = {"type": "boolean"}


def _nth(contents: Callable[[], Sequence[SectionContent]], position: int) -> SectionContent:
    return contents()[position]


class SectionsField(BlocksField):
    """The sections of a page: settings from its blocks, items from who registered for them."""

    stream_block = SectionsBlock()
    component_suffix = "Section"
    embedded_serializers = (ImageSerializer, EventListItemSerializer, TestimonialSerializer)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._pending: dict[int, Callable[[], list[Section]]] = {}

    def collect(self, page: Any, references: References) -> None:
        language = page.locale.language_code
        raw = [
            section
            for section in page.sections.raw_data
            if section["type"] in self.stream_block.child_blocks
        ]
        collect(self.stream_block, raw, references)
        contents = self._resolve(raw, references, language)
        self._pending[page.pk] = lambda: [
            section
            for index, one in enumerate(raw)
            if (section := self._section(one, contents.get(index), references, language))
        ]

    def _resolve(
        self, raw: Sequence[Section], references: References, language: str
    ) -> dict[int, Callable[[], SectionContent]]:
        """Position of a section → what answers its content after `References.load`."""
        answers: dict[int, Callable[[], SectionContent]] = {}
        for name in {section["type"] for section in raw}:
            if (resolver := resolver_for(name)) is None:
                continue
            positions = [index for index, one in enumerate(raw) if one["type"] == name]
            settings = [raw[index]["value"] for index in positions]
            contents = cache(resolver(settings, references, language))
            for nth, index in enumerate(positions):
                answers[index] = partial(_nth, contents, nth)
        return answers

    def _section(
        self,
        raw: Section,
        answer: Callable[[], SectionContent] | None,
        references: References,
        language: str,
    ) -> Section | None:
        block = self.stream_block.child_blocks[raw["type"]]
        if isinstance(block, ListSectionBlock):
            value: Any = _list_value(block, raw["value"], answer() if answer else _NOTHING)
        else:
            value = represent(block, raw["value"], references, language)
        return value and {"type": raw["type"], "id": raw.get("id"), "value": value}

    def to_representation(self, page: Any) -> list[Section]:
        return self._pending.pop(page.pk)()


_NOTHING = SectionContent([])


def _list_value(
    block: ListSectionBlock, stored: Mapping[str, Any], content: SectionContent
) -> dict[str, Any]:
    value = {"heading": stored["heading"], "mode": stored.get("mode")}
    if isinstance(block, FetchedSectionBlock):
        at = content.fetched_at
        value["fetched_at"] = at and at.isoformat(timespec="seconds")
        value["stale"] = content.is_stale
    return {**value, "items": content.items}


@schema.register
def _(block: ListSectionBlock) -> dict[str, Any]:
    mode: Any = block.child_blocks["mode"]
    name = item_schema_of(block.name)
    items = {"$ref": f"#/components/schemas/{name}"} if name else {"type": "object"}
    is_fetched = isinstance(block, FetchedSectionBlock)
    dated = {"fetched_at": NULLABLE_INSTANT, "stale": BOOLEAN} if is_fetched else {}
    return object_schema(
        {
            "heading": STRING,
            "mode": schema(mode),
            **dated,
            "items": {"type": "array", "items": items},
        }
    )


@schema.register
def _(block: FormSectionBlock) -> dict[str, Any]:
    return object_schema({"heading": STRING, "text": NULLABLE_STRING})


class HomePageListItemSerializer(PageListItemSerializer):
    meta = page_meta("home.HomePage", detail=False)


class HomePageSerializer(HomePageListItemSerializer):
    detail_only = frozenset({"sections"})
    meta = page_meta("home.HomePage", detail=True)
    sections = SectionsField()

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        if "sections" in self.fields:
            field: Any = self.fields["sections"]
            field.collect(instance, references)
