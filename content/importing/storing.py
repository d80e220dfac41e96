"""Puts one row into the site, as an editor would: a page, a revision, its aliases."""

import hashlib
from enum import StrEnum

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug

from content import publishing
from content.importing.indexing import index_events
from content.importing.rows import EventRow, RowRefusedError
from content.importing.texts import rich_text
from content.models import EventIndexPage, EventPage, ImportedEvent, Session, Speaker

_LONGEST_SLUG = 80
_READ_BY_INDEX = ("speakers", "sessions", "tagged_items__tag", "tags")


class Outcome(StrEnum):
    IMPORTED = "imported"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    REFUSED = "refused"
    DELETED = "deleted"


def store(row: EventRow, *, index: EventIndexPage, live: bool, overwrite: bool) -> Outcome:
    """Add or change the event of ``row`` below ``index``; ``live`` publishes it.

    Runs in the caller's transaction and inside `indexed_by_hand`. An event that an editor changed
    since its import is left alone unless ``overwrite``. Raises `RowRefusedError` and
    ``ValidationError``.
    """
    known = ImportedEvent.objects.select_related("event").filter(uid=row.uid).first()
    if known is None:
        return _add(row, index=index, live=live)
    if known.event is None:
        return _add(row, index=index, live=live) if overwrite else Outcome.DELETED
    if known.checksum == row.checksum:
        return Outcome.UNCHANGED
    return _change(row, known, known.event, index=index, live=live, overwrite=overwrite)


def _add(row: EventRow, *, index: EventIndexPage, live: bool) -> Outcome:
    event = EventPage(slug=_free_slug(row, index), locale=index.locale)
    _fill(event, row)
    publishing.add_page(parent=index, page=event)
    if live:
        event = publishing.publish(instance=event)
    publishing.ensure_translations(page=event)
    ImportedEvent.objects.update_or_create(
        uid=row.uid, defaults={"event": event, "checksum": row.checksum}
    )
    _index(event)
    return Outcome.IMPORTED


def _change(
    row: EventRow,
    known: ImportedEvent,
    stored: EventPage,
    *,
    index: EventIndexPage,
    live: bool,
    overwrite: bool,
) -> Outcome:
    if stored.locale_id != index.locale_id:
        raise RowRefusedError(_("It was imported in another language before."))
    if stored.locked:
        raise RowRefusedError(_("An editor has locked the event."))
    if not overwrite and _was_edited(stored, known):
        raise RowRefusedError(_("An editor has changed the event since it was imported."))
    event = stored.get_latest_revision_as_object()
    _fill(event, row)
    publishing.save_revision(instance=event)
    # What an editor has unpublished stays unpublished.
    if live and (stored.live or stored.first_published_at is None):
        publishing.publish(instance=event)
    known.checksum = row.checksum
    known.save()
    _index(stored)
    return Outcome.CHANGED


def _was_edited(stored: EventPage, known: ImportedEvent) -> bool:
    revised_at = stored.latest_revision_created_at
    return revised_at is not None and revised_at > known.imported_at


def _fill(event: EventPage, row: EventRow) -> None:
    for name, value in row.fields.items():
        setattr(event, name, value)
    event.draft_title = event.title
    event.body = [("rich_text", rich_text(row.body))] if row.body else []
    event.tags.set(row.tags)
    event.speakers.set([Speaker(**values) for values in row.speakers])
    event.sessions.set([Session(**values) for values in row.sessions])


def _free_slug(row: EventRow, index: EventIndexPage) -> str:
    """A slug of the title in its own script; numbered when another event has it.

    It is given once and stays when the title changes, because addresses should.
    """
    base = slugify(row.title, allow_unicode=True)[:_LONGEST_SLUG].strip("-_")
    if not base:
        base = "event-" + hashlib.sha256(row.uid.encode()).hexdigest()[:8]
    slug: str = find_available_slug(index, base)
    return slug


def _index(event: EventPage) -> None:
    own_and_aliases = EventPage.objects.filter(Q(pk=event.pk) | Q(alias_of=event.pk))
    # The search index reads each text five times; without the prefetch each time is three queries.
    index_events(own_and_aliases.prefetch_related(*_READ_BY_INDEX))
