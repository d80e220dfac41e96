"""Makes the demo's standard pages, landing pages, navigation and testimonials of its texts."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Site

from cms.models import User
from content.models import (
    EventIndexPage,
    EventPage,
    Navigation,
    SiteSettings,
    StandardPage,
    Testimonial,
)
from content.publishing import add_page, add_snippet, publish, save_revision
from home.demo.names import Names, translation_key
from home.demo.schema import into, read
from home.models import HomePage


def load_testimonials(*, locale: Locale, pictures: Mapping[str, int], user: User) -> int:
    """Add the testimonials of one language that do not exist yet; answers how many."""
    added = 0
    for position, text in enumerate(read("testimonials")["testimonial"], start=1):
        key = translation_key(f"testimonial:{text['key']}")
        if Testimonial.objects.filter(translation_key=key, locale=locale).exists():
            continue
        language = locale.language_code
        portrait = text.get("portrait")
        testimonial = Testimonial(
            locale=locale,
            translation_key=key,
            author_name=text["name"],
            author_role=into(text["role"], language),
            author_organisation=into(text["organisation"], language),
            author_photo_id=pictures[f"picture:{portrait}"] if portrait else None,
            quote=into(text["quote"], language),
            rating=text.get("rating"),
            featured=text.get("featured", False),
            sort_order=position,
        )
        add_snippet(snippet=testimonial, user=user)
        added += 1
    return added


def add_standard_pages(*, locale: Locale, editor: User) -> list[StandardPage]:
    """Add empty drafts of the standard pages that do not exist yet, so that links find them."""
    home = HomePage.objects.get(locale=locale)
    added = []
    for name, text in read("pages").items():
        key = translation_key(f"page:{name}")
        if StandardPage.objects.filter(translation_key=key, locale=locale).exists():
            continue
        words = into({code: text[code] for code in ("en", "es")}, locale.language_code)
        page = StandardPage(
            title=words["title"],
            slug=find_available_slug(home, into(text["slug"], locale.language_code)),
            locale=locale,
            translation_key=key,
        )
        added.append(add_page(parent=home, page=page, user=editor))
    return added


def names_of(locale: Locale, files: Mapping[str, int]) -> Names:
    """Everything that texts in one language may refer to."""
    keys = dict(files)
    for kind, model, names in (
        ("page", StandardPage, read("pages")),
        ("event", EventPage, [event["key"] for event in _events()]),
        ("testimonial", Testimonial, [one["key"] for one in read("testimonials")["testimonial"]]),
    ):
        wanted = {translation_key(f"{kind}:{name}"): f"{kind}:{name}" for name in names}
        rows = model.objects.filter(locale=locale, translation_key__in=wanted)
        for key, number in rows.values_list("translation_key", "pk"):
            keys[wanted[key]] = number
    keys["page:events"] = EventIndexPage.objects.filter(locale=locale).order_by("path")[0].pk
    return Names(keys)


def _events() -> list[dict[str, Any]]:
    return [*read("events_past")["event"], *read("events_upcoming")["event"]]


def fill_standard_page(page: StandardPage, *, names: Names, editor: User, publisher: User) -> None:
    """Give a page that was just added its text and publish it."""
    for name, text in read("pages").items():
        if page.translation_key == translation_key(f"page:{name}"):
            languages = {code: text[code] for code in ("en", "es")}
            words = into(languages, page.locale.language_code)
            page.summary = page.search_description = words["summary"]
            page.cover_id = page.social_image_id = names.resolve(f"picture:{text['cover']}")
            page.body = names.resolve(words["blocks"])
    save_revision(instance=page, user=editor)
    publish(instance=page, user=publisher)


def fill_landing_page(*, locale: Locale, names: Names, editor: User, publisher: User) -> bool:
    """Fill the landing page and the event list of one language if nobody has done it yet."""
    home = HomePage.objects.get(locale=locale)
    if home.sections or home.get_latest_revision_as_object().sections:
        return False
    texts = read("site")
    words = into(texts["landing"], locale.language_code)
    home.title = words["title"]
    home.search_description = words["description"]
    home.social_image_id = names.resolve("picture:ridges-dawn")
    home.sections = names.resolve(words["sections"])
    index = EventIndexPage.objects.child_of(home).get()
    index.summary = into(texts["event_list"], locale.language_code)
    index.search_description = index.summary
    for page in (home, index):
        save_revision(instance=page, user=editor)
        publish(instance=page, user=publisher)
    return True


def fill_navigation(*, locale: Locale, names: Names, editor: User, publisher: User) -> bool:
    """Fill the navigation of one language if nobody has done it yet."""
    navigation = Navigation.objects.get(locale=locale)
    if navigation.items or navigation.get_latest_revision_as_object().items:
        return False
    words = names.resolve(into(read("site")["navigation"], locale.language_code))
    for name, value in words.items():
        setattr(navigation, name, value)
    navigation.seo_image_id = names.resolve("picture:ridges-dawn")
    save_revision(instance=navigation, user=editor)
    publish(instance=navigation, user=publisher)
    return True


def fill_settings(*, names: Names) -> bool:
    """Name the site, give it a logo and say which page is about privacy, if it still has its first
    name.
    """
    site_settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    if site_settings.name != settings.WAGTAIL_SITE_NAME or site_settings.logo:
        return False
    for name, value in read("site")["settings"].items():
        setattr(site_settings, name, value)
    site_settings.logo_id = names.resolve("picture:logo")
    site_settings.privacy_page_id = names.resolve("page:privacy")
    site_settings.save()
    return True
