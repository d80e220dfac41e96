"""Pages that are published, withdrawn, moved, deleted, or made private."""

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from content.public_site import PublicSite
from integrations.webhooks import changes, outbox
from integrations.webhooks.changes import FormerPlace
from integrations.webhooks.event_types import EventType


def remember_former_place(
    instance: Any, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """Note of a page what is in the database before it is saved as a whole.

    Wagtail's signal of a new slug comes after the commit, which is too late for us.
    """
    if isinstance(instance, Page) and instance.pk and update_fields is None:
        instance.place_before_save = _row(instance.pk)


def page_was_published(instance: Page, **kwargs: Any) -> None:
    page = _row(instance.pk)
    if page is None or not outbox.is_wanted("page"):
        return
    before: Page | None = getattr(instance, "place_before_save", None)
    if not page.live:
        # It is to be published later; that may have taken it off the site until then. A page
        # that was just added is in the database as live, too, but was never published.
        if before is not None and before.live and before.first_published_at is not None:
            _record(EventType.PAGE_UNPUBLISHED, page)
        return
    was_live = before is not None and before.live
    is_moved = was_live and before is not None and before.url_path != page.url_path
    is_renamed = was_live and before is not None and before.title != page.title
    _record(
        EventType.PAGE_PUBLISHED,
        page,
        # The pages below name the one above.
        with_branch=not was_live or is_moved or is_renamed,
        former=FormerPlace(before.url_path, was_public=True) if is_moved and before else None,
    )


def page_was_unpublished(instance: Page, **kwargs: Any) -> None:
    page = _row(instance.pk)
    if page is None or not outbox.is_wanted("page"):
        return
    _record(EventType.PAGE_UNPUBLISHED, page)


def page_is_deleted(instance: Page, **kwargs: Any) -> None:
    page = _row(instance.pk)
    if page is not None and outbox.is_wanted("page"):
        _record(EventType.PAGE_DELETED, page)


def page_was_moved(
    instance: Page,
    parent_page_before: Page,
    url_path_before: str,
    url_path_after: str,
    **kwargs: Any,
) -> None:
    page = _row(instance.pk)
    if page is None or url_path_before == url_path_after or not outbox.is_wanted("page"):
        return
    former = FormerPlace(url_path_before, was_public=_shows_its_children(parent_page_before.pk))
    _record(EventType.PAGE_MOVED, page, former=former)


def page_got_alias(target_obj: Any, **kwargs: Any) -> None:
    """A language got what repeats a page of another one; Wagtail sends no other signal of it."""
    page = _row(target_obj.pk) if isinstance(target_obj, Page) else None
    if page is not None and page.live and outbox.is_wanted("page"):
        _record(EventType.PAGE_PUBLISHED, page, with_branch=False)


def page_was_restricted(
    instance: PageViewRestriction, *, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    page = _row(instance.page_id)
    if created and not raw and page is not None and outbox.is_wanted("page"):
        _record(EventType.PAGE_UNPUBLISHED, page, is_newly_restricted=True)


def page_was_opened(instance: PageViewRestriction, origin: Any = None, **kwargs: Any) -> None:
    """The restriction was taken away, and not the page with it."""
    page = _row(instance.page_id)
    is_meant = _model_of(origin) is PageViewRestriction
    if is_meant and page is not None and outbox.is_wanted("page"):
        _record(EventType.PAGE_PUBLISHED, page)


def _record(
    event_type: EventType,
    page: Page,
    *,
    with_branch: bool = True,
    former: FormerPlace | None = None,
    is_newly_restricted: bool = False,
) -> None:
    if outbox.is_recorded(event_type, page.pk) and former is None:
        # Of a branch each page sends its own signals.
        return
    change = changes.of_page(
        event_type,
        page,
        with_branch=with_branch,
        former=former,
        is_newly_restricted=is_newly_restricted,
    )
    if change is not None:
        outbox.record(change)


def _row(page_id: int) -> Page | None:
    """The page as the database has it now, whatever an instance says."""
    return Page.objects.select_related("locale", "alias_of").filter(pk=page_id).first()


def _shows_its_children(page_id: int) -> bool:
    page = _row(page_id)
    if page is None or not page.live:
        return False
    return PublicSite.load(timezone.now()).would_show(page.path)


def _model_of(origin: Any) -> type[Model]:
    model: type[Model] = getattr(origin, "model", type(origin))
    return model
