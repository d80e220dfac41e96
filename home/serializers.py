"""The landing page as JSON: every section with its items, in one answer."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from cms.sections import SectionItems, resolver_for
from content.block_api import NULLABLE_STRING, STRING, collect, object_schema, represent, schema
from content.references import References
from content.serializers import EventListItemSerializer, TestimonialSerializer
from content.serializers.fields import BlocksField, ImageSerializer
from content.serializers.pages import PageListItemSerializer, page_meta
from home.blocks import FormSectionBlock, ListSectionBlock, SectionsBlock

Section = dict[str, Any]


def _nth(items: Callable[[], Sequence[SectionItems]], position: int) -> SectionItems:
    return items()[position]


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
        items = self._resolve(raw, references, language)
        self._pending[page.pk] = lambda: [
            section
            for index, one in enumerate(raw)
            if (section := self._section(one, items.get(index), references, language))
        ]

    def _resolve(
        self, raw: Sequence[Section], references: References, language: str
    ) -> dict[int, Callable[[], SectionItems]]:
        """Position of a section → what answers its items after `References.load`."""
        answers: dict[int, Callable[[], SectionItems]] = {}
        for name in {section["type"] for section in raw}:
            if (resolver := resolver_for(name)) is None:
                continue
            positions = [index for index, one in enumerate(raw) if one["type"] == name]
            settings = [raw[index]["value"] for index in positions]
            items_of_all = cache(resolver(settings, references, language))
            for nth, index in enumerate(positions):
                answers[index] = partial(_nth, items_of_all, nth)
        return answers

    def _section(
        self,
        raw: Section,
        items: Callable[[], SectionItems] | None,
        references: References,
        language: str,
    ) -> Section | None:
        block = self.stream_block.child_blocks[raw["type"]]
        if isinstance(block, ListSectionBlock):
            value: Any = {
                "heading": raw["value"]["heading"],
                "mode": raw["value"].get("mode"),
                "items": items() if items else [],
            }
        else:
            value = represent(block, raw["value"], references, language)
        return value and {"type": raw["type"], "id": raw.get("id"), "value": value}

    def to_representation(self, page: Any) -> list[Section]:
        return self._pending.pop(page.pk)()


_ITEMS = {"events": "EventListItem", "testimonials": "Testimonial"}


@schema.register
def _(block: ListSectionBlock) -> dict[str, Any]:
    mode: Any = block.child_blocks["mode"]
    name = _ITEMS.get(block.name)
    items = {"$ref": f"#/components/schemas/{name}"} if name else {"type": "object"}
    return object_schema(
        {"heading": STRING, "mode": schema(mode), "items": {"type": "array", "items": items}}
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
