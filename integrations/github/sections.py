"""What fills the landing page's sections of projects and contributions."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from cms.api.fields import ReadSerializer
from cms.sections import SectionContent, SectionSettings, register_section
from integrations.github.api.serializers import ContributionSerializer, ProjectSerializer
from integrations.github.models import Contribution, Feed, Project

DEFAULT_LIMIT = 3
Sections = Sequence[SectionSettings]
Contents = Callable[[], Sequence[SectionContent]]


def register() -> None:
    """Called once from the app's `ready`."""
    register_section("projects", projects, item_schema="Project")
    register_section("contributions", contributions, item_schema="Contribution")


def projects(sections: Sections, references: Any, language: str) -> Contents:
    """The featured projects, or all, in the editors' order."""
    ordered = Project.objects.visible().in_editors_order()
    found = _first_of_each(sections, {"featured": ordered.filter(is_featured=True)}, ordered)
    return _contents(ProjectSerializer, Feed.Name.PROJECTS, found, references)


def contributions(sections: Sections, references: Any, language: str) -> Contents:
    """The latest contributions, or the latest that were accepted."""
    ordered = Contribution.objects.order_by("-created_at", "-pk")
    merged = ordered.filter(state=Contribution.State.MERGED)
    found = _first_of_each(sections, {"merged": merged}, ordered)
    return _contents(ContributionSerializer, Feed.Name.CONTRIBUTIONS, found, references)


def _first_of_each(
    sections: Sections, by_mode: dict[str, QuerySet[Any]], otherwise: QuerySet[Any]
) -> list[QuerySet[Any]]:
    """What each section shows."""
    return [
        by_mode.get(str(section.get("mode")), otherwise)[: section.get("limit") or DEFAULT_LIMIT]
        for section in sections
    ]


def _contents(
    serializer_class: type[ReadSerializer],
    feed: str,
    querysets: Sequence[QuerySet[Any]],
    references: Any,
) -> Contents:
    """Answers after `References.load`. One query for each different choice.

    When it was fetched comes with the rows: an empty section has nothing to date.
    """
    state = Feed.objects.filter(pk=feed)
    fetched_at, stale_at = (Subquery(state.values(name)) for name in ("fetched_at", "stale_at"))
    known: dict[str, list[Any]] = {}
    found = []
    for queryset in querysets:
        key = str(queryset.query)
        if key not in known:
            rows = queryset.annotate(fetched_at=fetched_at, stale_at=stale_at)
            known[key] = list(rows)
        found.append(known[key])
    serializer = serializer_class(context={"references": references})
    for row in (row for rows in known.values() for row in rows):
        serializer.collect(row, references)
    now = timezone.now()
    for rows in found:
        if rows and rows[0].stale_at and rows[0].stale_at > now:
            references.changes_at(rows[0].stale_at)
    return lambda: [
        SectionContent(
            [serializer.to_representation(row) for row in rows],
            fetched_at=rows[0].fetched_at if rows else None,
            is_stale=bool(rows and rows[0].stale_at and rows[0].stale_at <= now),
        )
        for rows in found
    ]
