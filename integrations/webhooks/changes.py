"""What visitors see differently after a change: frontend paths and API URLs.

Only what is public counts, before or after the change; of drafts and private pages nothing is said.
Besides the object itself: its aliases, its translations (they name each other), what refers to it
(Wagtail's reference index), and the lists that show it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from content.models import Navigation, SiteImage, SiteSettings, Testimonial
from content.public_site import PublicSite
from content.serializers.pages import detail_url
from integrations.webhooks.event_types import EventType
from integrations.webhooks.reach import MOST_PATHS, Reach


@dataclass(frozen=True)
class Change:
    """One thing that visitors see differently. ``also`` and ``covered_ids``: objects of the same
    kind whose changes belong to this one; of ``also`` this one is a part itself.
    """

    type: EventType
    object_type: str
    object_id: int | None
    locale: str | None
    paths: Sequence[str] = ()
    api_urls: Sequence[str] = ()
    is_truncated: bool = False
    covered_ids: Sequence[int] = ()
    also: Sequence[int] = ()


@dataclass(frozen=True)
class FormerPlace:
    """Where a page was before it was moved or renamed."""

    url_path: str
    was_public: bool


def of_page(
    event_type: EventType,
    page: Page,
    *,
    with_branch: bool = False,
    former: FormerPlace | None = None,
    is_newly_restricted: bool = False,
) -> Change | None:
    """What ``event_type`` of ``page`` changes; None if the public sees nothing of it.

    ``with_branch``: everything below appears, vanishes or moves along.
    """
    family = list(_family(page))
    source = [page.alias_of.path] if page.alias_of_id else []
    site = PublicSite.load(
        timezone.now(),
        as_if_shown=[member.path for member in family] + source,
        as_if_open=[page.path] if is_newly_restricted else [],
    )
    shown = {member.pk: member for member in site.pages(_pages(family))}
    is_withdrawn = event_type is EventType.PAGE_UNPUBLISHED and not is_newly_restricted
    if is_withdrawn and _would_show(site, page):
        shown.setdefault(page.pk, page)
    was_shown = former is not None and former.was_public and page.live
    if not shown and not was_shown:
        return None
    reach = Reach(site)
    for member in shown.values():
        own_former = former.url_path if former and former.was_public else None
        reach.add_page(member, former_url_path=own_former if member.pk == page.pk else None)
    if was_shown and page.pk not in shown:
        reach.add_path(site.path_of(former.url_path))  # type: ignore[union-attr]  # is not None
        reach.add_api_url(detail_url(page.specific_class or Page, page.pk))
    if with_branch:
        _add_branch(reach, list(shown.values()) or [page], page, former)
    versions = Page.objects.filter(translation_key=page.translation_key)
    for version in site.pages(versions.exclude(pk__in=shown).order_by("path")):
        reach.add_page(version)
    reach.add_referrers(Page, {*shown, page.pk, *versions.values_list("pk", flat=True)})
    if SiteSettings.objects.filter(privacy_page__translation_key=page.translation_key).exists():
        # Wagtail's index does not look into settings.
        reach.add_site()
    return Change(
        type=event_type,
        object_type=(page.specific_class or Page)._meta.label,
        object_id=page.pk,
        locale=page.locale.language_code,
        paths=reach.paths,
        api_urls=reach.api_urls,
        is_truncated=reach.is_truncated,
        covered_ids=_covered(event_type, family, page, shown),
        also=[page.alias_of_id] if page.alias_of_id else [],
    )


def _family(page: Page) -> QuerySet[Page]:
    """``page``, its aliases, and translations of which no version was published: those show the
    text of ``page``, or did before it was withdrawn.
    """
    condition = Q(pk=page.pk) | Q(alias_of=page.pk)
    if page.alias_of_id is None:
        condition |= Q(
            translation_key=page.translation_key,
            alias_of=None,
            live_revision=None,
            latest_revision__isnull=False,
        )
    return Page.objects.filter(condition).order_by("path")


def _pages(family: Iterable[Page]) -> QuerySet[Page]:
    ids = [member.pk for member in family]
    return Page.objects.filter(pk__in=ids).select_related("locale").order_by("path")


def _would_show(site: PublicSite, page: Page) -> bool:
    source = page.alias_of
    return site.would_show(page.path) and (source is None or site.would_show(source.path))


def _add_branch(
    reach: Reach, members: Sequence[Page], page: Page, former: FormerPlace | None
) -> None:
    for member in members:
        below = Page.objects.filter(path__startswith=member.path, depth__gt=member.depth)
        has_moved = former is not None and former.was_public and member.pk == page.pk
        # One more than fits, to know that there are more.
        for descendant in reach.site.pages(below).order_by("path")[: MOST_PATHS + 1]:
            former_url_path = None
            if has_moved and former is not None:
                former_url_path = former.url_path + descendant.url_path[len(member.url_path) :]
            reach.add_page(descendant, former_url_path=former_url_path)
        if has_moved and not reach.site.would_show(member.path) and below.exists():
            # Which of them had been public can no longer be told.
            reach.is_truncated = True


_COVERS_BRANCH = (EventType.PAGE_UNPUBLISHED, EventType.PAGE_DELETED)


def _covered(
    event_type: EventType, family: Sequence[Page], page: Page, shown: Collection[int]
) -> list[int]:
    covered = {member.pk for member in family}
    if event_type is EventType.PAGE_PUBLISHED:
        # Aliases go live after their source: what they bring is known when they do.
        covered &= set(shown)
    if event_type in _COVERS_BRANCH:
        for member in family:
            below = Page.objects.filter(path__startswith=member.path)
            covered.update(below.values_list("pk", flat=True))
    return sorted(covered - {page.pk})


def of_testimonial(event_type: EventType, testimonial: Testimonial) -> Change:
    reach = Reach(PublicSite.load(timezone.now()))
    reach.add_testimonial(testimonial)
    translations = Testimonial.objects.filter(translation_key=testimonial.translation_key)
    reach.add_referrers(Testimonial, {testimonial.pk, *translations.values_list("pk", flat=True)})
    return _change(event_type, testimonial, reach, locale=testimonial.locale.language_code)


def of_order(testimonial: Testimonial) -> Change:
    """The testimonials of a language were put in order: one change, however many have moved."""
    reach = Reach(PublicSite.load(timezone.now()))
    reach.add_testimonial(testimonial)
    siblings = Testimonial.objects.filter(locale=testimonial.locale_id)
    return Change(
        type=EventType.SNIPPET_PUBLISHED,
        object_type=testimonial._meta.label,
        object_id=testimonial.pk,
        locale=testimonial.locale.language_code,
        paths=reach.paths,
        api_urls=reach.api_urls,
        covered_ids=sorted(siblings.exclude(pk=testimonial.pk).values_list("pk", flat=True)),
    )


def of_navigation(navigation: Navigation) -> Change:
    return of_site(navigation, locale=navigation.locale.language_code)


def of_site(instance: Model, *, locale: str | None = None) -> Change:
    """Something that may stand on every page."""
    reach = Reach(PublicSite.load(timezone.now()))
    reach.add_site()
    return _change(EventType.SITE_CHANGED, instance, reach, locale=locale)


def of_redirect(instance: Any, *, former_path: str | None = None) -> Change:
    """The paths that lead elsewhere now, or no longer do."""
    reach = Reach(PublicSite.load(timezone.now()))
    reach.add_path(instance.old_path)
    reach.add_path(former_path)
    reach.add_api_url("/api/v2/redirects/")
    return _change(EventType.SITE_CHANGED, instance, reach)


def of_file(event_type: EventType, instance: Model) -> Change | None:
    """An image or document: the pages that show it; None if none does."""
    reach = Reach(PublicSite.load(timezone.now()))
    reach.add_referrers(type(instance), [instance.pk])
    if isinstance(instance, SiteImage) and SiteSettings.objects.filter(logo=instance).exists():
        # Wagtail's index does not look into settings.
        reach.add_site()
    if not reach.paths and not reach.api_urls:
        return None
    return _change(event_type, instance, reach)


def of_feed(event_type: EventType, object_type: str, api_urls: Iterable[str]) -> Change:
    """A list that an integration keeps. The landing pages may show some of it."""
    reach = Reach(PublicSite.load(timezone.now()))
    for url in api_urls:
        reach.add_api_url(url)
    for root in reach.site.roots:
        reach.add_path(reach.site.path_of(root.url_path))
        reach.add_api_url(detail_url(Page, root.page_id))
    return Change(event_type, object_type, None, None, reach.paths, reach.api_urls)


def _change(
    event_type: EventType, instance: Model, reach: Reach, *, locale: str | None = None
) -> Change:
    return Change(
        type=event_type,
        object_type=instance._meta.label,
        object_id=instance.pk,
        locale=locale,
        paths=reach.paths,
        api_urls=reach.api_urls,
        is_truncated=reach.is_truncated,
    )
