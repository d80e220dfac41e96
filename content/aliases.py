"""Languages that repeat another one: every page exists in all languages, translated or not.

A page that is not translated is an alias of its source. An alias that an editor has begun to
translate stands in for its translation until that is published: the public goes on reading the
source's text, and publishing, unpublishing and deleting the source go on including it. Such a page
is no alias, has a revision, and none of its own was ever live. Its date of publication is its
source's: a page that was just added is in the database as live, too, until it is published, or
scheduled, within the same transaction, but has none.
"""

from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page, PageViewRestriction


def is_stand_in(page: Page) -> bool:
    """Whether ``page`` is live with its source's text, while its translation is being written."""
    has_draft_only = page.live_revision_id is None and page.latest_revision_id is not None
    is_shown = page.live and page.first_published_at is not None
    return bool(is_shown and page.alias_of_id is None and has_draft_only)


def is_translated(page: Page) -> bool:
    """Whether the words of ``page`` are its own, not those of another language."""
    return page.alias_of_id is None and not is_stand_in(page)


def stand_ins(page: Page) -> QuerySet[Any]:
    """The pages that stand in for translations of ``page``; none for what repeats another page."""
    if page.alias_of_id or is_stand_in(page):
        return Page.objects.none()
    found: QuerySet[Any] = page.get_translations().filter(
        live=True, alias_of=None, live_revision=None, latest_revision__isnull=False
    )
    return found


def repeats_source_in_language(page: Page) -> bool:
    """Whether ``page`` is there because its language has to have the page it is an alias of."""
    return bool(page.alias_of_id and page.alias_of.translation_key == page.translation_key)


def keep_private(alias: Page) -> None:
    """Restrict ``alias`` like its source, own and inherited: its source is about to be forgotten.

    The public site hides aliases of restricted pages without this, by what they are aliases of.
    """
    if alias.view_restrictions.exists():
        return
    for restriction in alias.alias_of.get_view_restrictions():
        copy = PageViewRestriction.objects.create(
            page=Page.objects.get(pk=alias.pk),
            restriction_type=restriction.restriction_type,
            password=restriction.password,
        )
        copy.groups.set(restriction.groups.all())


def stand_in_until_published(page: Page) -> None:
    """Note that nothing of the just converted ``page`` is translated yet."""
    values = {"alias_of": None, "live_revision": None, "has_unpublished_changes": True}
    Page.objects.filter(pk=page.pk).update(**values)
    for name, value in values.items():
        setattr(page, name, value)


def repeated_by(page: Page) -> list[int]:
    """Ids of what has to go with ``page`` when it is deleted."""
    aliases = Page.objects.filter(alias_of=page.pk).values_list("pk", flat=True)
    return [*aliases, *stand_ins(page).values_list("pk", flat=True)]
