"""The newest versions of pages and snippets, for any number of them in as many queries."""

from collections.abc import Iterable, Sequence
from typing import Any

from taggit.models import Tag
from wagtail.models import Page

# What belongs to the page or snippet as a whole, whatever a revision says of it. Wagtail's own
# `with_content_json` keeps the same, and asks the database for everything the revision refers to.
_OF_THE_WHOLE = (
    "pk",
    "live",
    "has_unpublished_changes",
    "first_published_at",
    "last_published_at",
    "expired",
    "locked",
    "locked_at",
    "locked_by_id",
    "latest_revision",
    "live_revision_id",
    "locale",
    "translation_key",
    "sort_order",
    "content_type_id",
    "path",
    "depth",
    "numchild",
    "draft_title",
    "owner_id",
    "alias_of_id",
    "latest_revision_created_at",
)


def newest_versions(rows: Sequence[Any]) -> list[Any]:
    """Each of ``rows`` as its newest revision says. One query, for the tags of pages.

    ``rows``: with their locale and newest revision selected. A row whose newest revision is live is
    taken as it is. What a revision refers to may be gone.
    """
    versions = [_newest_version(row) for row in rows]
    _load_tags(version for version, row in zip(versions, rows, strict=True) if version is not row)
    return versions


def version_of(row: Any, content: dict[str, Any]) -> Any:
    """``row`` as the content of one of its revisions says."""
    version = _with_content(row, content)
    _load_tags([version])
    return version


def _newest_version(row: Any) -> Any:
    if not row.has_unpublished_changes or row.latest_revision is None:
        return row
    return _with_content(row, row.latest_revision.content)


def _with_content(row: Any, content: dict[str, Any]) -> Any:
    version = type(row).from_serializable_data(content, check_fks=False)
    for name in _OF_THE_WHOLE:
        if hasattr(row, name):
            setattr(version, name, getattr(row, name))
    if isinstance(row, Page):
        version.id = row.id
        version.url_path = f"{row.url_path.removesuffix(f'{row.slug}/')}{version.slug}/"
    return version


def _load_tags(versions: Iterable[Any]) -> None:
    tagged = [version for version in versions if hasattr(version, "tagged_items")]
    ids = {item.tag_id for version in tagged for item in version.tagged_items.all()}
    tags = Tag.objects.in_bulk(ids) if ids else {}
    for version in tagged:
        items = [item for item in version.tagged_items.all() if item.tag_id in tags]
        for item in items:
            item.tag = tags[item.tag_id]
        version.tagged_items = items
