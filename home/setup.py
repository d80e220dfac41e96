"""The first things of a site: languages, landing pages, event lists, Site record, groups."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page, Site

from content.models import EventIndexPage, Navigation, SiteSettings
from content.publishing import add_page, add_snippet, ensure_translations, publish
from home.editors import prepare_groups, prepare_workflow
from home.models import HomePage

WELCOME_TITLE = "Welcome to your new Wagtail site!"
"""Title of the page that Wagtail's first migration puts into an empty tree."""


@dataclass(frozen=True)
class Titles:
    """The titles of the pages that every site has. They are content, not interface."""

    home: str
    events: str
    events_slug: str


TITLES = {
    "en": Titles(home="Home", events="Events", events_slug="events"),
    "es": Titles(home="Inicio", events="Eventos", events_slug="eventos"),
}


@transaction.atomic
def prepare_site(*, grant_again: bool = False) -> list[str]:
    """Create what is missing of a working, empty site, and answer what was done, a line each.

    What exists stays as editors made it, so this may run at every start. Groups and workflow are
    set up together with the first landing page only: a right that an administrator took away does
    not come back, except with ``grant_again``. A language that is configured later gets its
    landing page and event list, and an alias of every other page.
    """
    done: list[str] = []
    locales = [_locale(code, done) for code, _name in settings.LANGUAGES]
    is_new_site = not HomePage.objects.exists()
    _remove_welcome_page(done)
    homes = [_home(locale, done) for locale in locales]
    _site(homes[0], done)
    for home in homes:
        _event_index(home, done)
        _navigation(home.locale, done)
    _fill_gaps(homes, done)
    if is_new_site or grant_again:
        prepare_groups()
        prepare_workflow()
        done.append("Gave the groups their permissions, and pages the approval workflow.")
    return done


def configured_locales() -> list[Locale]:
    """The locales of ``CONTENT_LANGUAGES`` in that order, the default language first."""
    by_code = {locale.language_code: locale for locale in Locale.objects.all()}
    return [by_code[code] for code, _name in settings.LANGUAGES]


def _locale(code: str, done: list[str]) -> Locale:
    locale, created = Locale.objects.get_or_create(language_code=code)
    if created:
        done.append(f"Added the language {code}.")
    return locale


def _remove_welcome_page(done: list[str]) -> None:
    """Wagtail's placeholder goes unless somebody made something of it; its Site goes with it."""
    for page in Page.objects.filter(depth=2, title=WELCOME_TITLE, latest_revision=None):
        if page.specific_class is Page and page.is_leaf():
            page.delete()
            done.append("Removed Wagtail's welcome page.")


def _home(locale: Locale, done: list[str]) -> HomePage:
    home = HomePage.objects.filter(locale=locale).order_by("path").first()
    if home is not None:
        return home
    code = locale.language_code
    root = Page.get_first_root_node()
    source = HomePage.objects.order_by("path").first()
    slug = "home" if source is None else f"home-{code}"
    home = HomePage(title=_titles(code).home, slug=find_available_slug(root, slug), locale=locale)
    if source is not None:
        home.translation_key = source.translation_key
    done.append(f"Created the landing page in {code}.")
    return publish(instance=add_page(parent=root, page=home))


def _site(home: HomePage, done: list[str]) -> None:
    """The default Site gets its address and root once; administrators may change both."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.pk is None or site.root_page.specific_class is not HomePage:
        point_at_frontend(site)
        site.root_page = home
        site.save()
        done.append(f"Pointed the site at {settings.FRONTEND_URL}.")
    SiteSettings.objects.get_or_create(site=site, defaults={"name": settings.WAGTAIL_SITE_NAME})


def point_at_frontend(site: Site) -> None:
    """Give a Site, which is not saved here, the address of FRONTEND_URL."""
    frontend = urlsplit(settings.FRONTEND_URL)
    site.hostname = frontend.hostname
    site.port = frontend.port or (443 if frontend.scheme == "https" else 80)


def _event_index(home: HomePage, done: list[str]) -> None:
    if EventIndexPage.objects.child_of(home).exists():
        return
    code = home.locale.language_code
    titles = _titles(code)
    index = EventIndexPage(title=titles.events, slug=find_available_slug(home, titles.events_slug))
    source = EventIndexPage.objects.exclude(locale=home.locale).order_by("path").first()
    if source is not None:
        index.translation_key = source.translation_key
    done.append(f"Created the event list in {code}.")
    publish(instance=add_page(parent=home, page=index))


def _navigation(locale: Locale, done: list[str]) -> None:
    if Navigation.objects.filter(locale=locale).exists():
        return
    navigation = Navigation(locale=locale)
    source = Navigation.objects.first()
    if source is not None:
        navigation.translation_key = source.translation_key
    add_snippet(snippet=navigation)
    done.append(f"Created the navigation in {locale.language_code}.")


def _fill_gaps(homes: list[HomePage], done: list[str]) -> None:
    """Alias what one language has and another lacks, as is done for every new page from now on."""
    for home in homes:
        for other in homes:
            there = other.get_descendants().values("translation_key")
            for page in home.get_descendants().exclude(translation_key__in=there).specific():
                ensure_translations(page=page)
                done.append(f"Added “{page.title}” in {other.locale.language_code}.")


def _titles(code: str) -> Titles:
    return TITLES.get(code.split("-")[0], TITLES["en"])
