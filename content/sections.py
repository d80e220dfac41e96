"""What fills the landing page's sections of events and testimonials."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet, prefetch_related_objects

from cms.api.fields import ReadSerializer
from cms.sections import SectionContent, SectionSettings, register_section
from content.api.testimonials import public_testimonials
from content.block_api import list_items
from content.models import EventPage, Testimonial
from content.references import MAX_ID, References
from content.serializers import EventListItemSerializer, TestimonialSerializer

Sections = Sequence[SectionSettings]
DEFAULT_LIMIT = 3


def register() -> None:
    """Called once from the app's `ready`."""
    register_section("events", events, item_schema="EventListItem")
    register_section("testimonials", testimonials, item_schema="Testimonial")


def events(
    sections: Sections, references: References, language: str
) -> Callable[[], Sequence[SectionContent]]:
    """Chosen events in the page's language, or the next ones."""
    public = references.site.pages(EventPage.objects.filter(locale__language_code=language))
    upcoming = public.filter(finishes_at__gt=references.now).order_by("starts_at", "pk")
    keys = _chosen_keys(EventPage, sections)
    wanted = Q(translation_key__in=set(keys.values()))
    if limit := _largest_limit(sections, "upcoming"):
        wanted |= Q(pk__in=upcoming.values("pk")[:limit])
    found = list(public.filter(wanted).select_related("locale").order_by("starts_at", "pk"))
    prefetch_related_objects(found, *EventPage.list_prefetch)
    still_to_come = [event for event in found if event.finishes_at > references.now]
    by_key = {event.translation_key: event for event in found}
    chosen = [
        _pick(section, keys, by_key) if section.get("mode") == "selected" else still_to_come
        for section in sections
    ]
    limited = _limited(sections, chosen)
    for section, shown in zip(sections, limited, strict=True):
        if section.get("mode") != "selected":
            references.changes_at(min((event.finishes_at for event in shown), default=None))
    return _representer(EventListItemSerializer, limited, references)


def testimonials(
    sections: Sections, references: References, language: str
) -> Callable[[], Sequence[SectionContent]]:
    """Featured testimonials, or chosen ones, translated where there is a translation."""
    public = public_testimonials(references.now)
    own = public.filter(locale__language_code=language)
    keys = _chosen_keys(Testimonial, sections)
    wanted = Q(translation_key__in=set(keys.values()))
    if limit := _largest_limit(sections, "featured"):
        wanted |= Q(pk__in=own.filter(featured=True).values("pk")[:limit])
    found = list(public.filter(wanted).select_related("locale"))
    featured = [t for t in found if t.featured and t.locale.language_code == language]
    by_key: dict[Any, Any] = {}
    for testimonial in found:
        translated = testimonial.locale.language_code == language
        if translated or testimonial.pk in keys:
            by_key.setdefault(testimonial.translation_key, testimonial)
        if translated:
            by_key[testimonial.translation_key] = testimonial
    chosen = [
        _pick(section, keys, by_key) if section.get("mode") == "selected" else featured
        for section in sections
    ]
    return _representer(TestimonialSerializer, _limited(sections, chosen), references)


def _ids(section: SectionSettings) -> list[int]:
    if section.get("mode") != "selected":
        return []
    items = list_items(section.get("selected"))
    return [int(item) for item in items if str(item).isdecimal() and int(item) <= MAX_ID]


def _chosen_keys(model: type[Any], sections: Sections) -> dict[int, Any]:
    """Chosen id → translation key."""
    ids = {chosen for section in sections for chosen in _ids(section)}
    queryset: QuerySet[Any] = model.objects.filter(pk__in=ids)
    return dict(queryset.values_list("pk", "translation_key")) if ids else {}


def _largest_limit(sections: Sections, mode: str) -> int:
    return max(
        (
            section.get("limit") or DEFAULT_LIMIT
            for section in sections
            if section.get("mode") == mode
        ),
        default=0,
    )


def _pick(section: SectionSettings, keys: dict[int, Any], by_key: dict[Any, Any]) -> list[Any]:
    found = (by_key.get(keys.get(chosen)) for chosen in _ids(section))
    return [item for item in found if item is not None]


def _limited(sections: Sections, chosen: Iterable[list[Any]]) -> list[list[Any]]:
    return [
        items
        if section.get("mode") == "selected"
        else items[: section.get("limit") or DEFAULT_LIMIT]
        for section, items in zip(sections, chosen, strict=True)
    ]


def _representer(
    serializer_class: type[ReadSerializer], chosen: list[list[Model]], references: References
) -> Callable[[], Sequence[SectionContent]]:
    serializer = serializer_class(context={"references": references})
    for items in chosen:
        for item in items:
            serializer.collect(item, references)
    return lambda: [
        SectionContent([serializer.to_representation(item) for item in items]) for items in chosen
    ]
