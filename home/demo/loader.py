"""Loads the demo site into a prepared one."""

from collections.abc import Callable

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from cms.models import User
from content.models import SiteImage
from home.demo.events import load_event
from home.demo.files import load_documents, load_pictures
from home.demo.names import Names
from home.demo.pages import (
    add_standard_pages,
    fill_landing_page,
    fill_navigation,
    fill_settings,
    fill_standard_page,
    load_testimonials,
    names_of,
)
from home.demo.schema import read_events
from home.editors import EDITORS, MODERATORS
from home.setup import configured_locales, prepare_site

Report = Callable[[str], None]


@transaction.atomic
def load_demo(*, report: Report) -> int:
    """Add what is missing of the demo site, all or nothing; ``report`` gets a line for each step.

    Everything is found again by its translation key, so nothing is added twice and what editors
    changed stays. Answers how many things were added.
    """
    prepare_site()
    locales = configured_locales()
    editor, publisher = _user("editor", EDITORS), _user("moderator", MODERATORS)
    added = 0

    def count(number: int, what: str) -> None:
        nonlocal added
        added += number
        if number:
            report(f"Added {number:d} {what}.")

    before = SiteImage.objects.count()
    pictures = load_pictures(language=locales[0].language_code, user=editor)
    count(SiteImage.objects.count() - before, "pictures")
    for locale in locales:
        number = load_testimonials(locale=locale, pictures=pictures, user=publisher)
        count(number, f"testimonials in {locale.language_code}")
    count(_load_events(locales, Names(pictures), editor, publisher), "events")
    pages = [page for each in locales for page in add_standard_pages(locale=each, editor=editor)]
    for locale in locales:
        documents = load_documents(language=locale.language_code, user=editor)
        names = names_of(locale, {**pictures, **documents})
        for page in pages:
            if page.locale_id == locale.pk:
                fill_standard_page(page, names=names, editor=editor, publisher=publisher)
        landing = fill_landing_page(locale=locale, names=names, editor=editor, publisher=publisher)
        count(landing, f"landing page in {locale.language_code}")
        navigation = fill_navigation(locale=locale, names=names, editor=editor, publisher=publisher)
        count(navigation, f"navigation in {locale.language_code}")
    count(len(pages), "pages")
    count(fill_settings(names=names_of(locales[0], pictures)), "name and logo")
    return added


def _load_events(locales: list[Locale], pictures: Names, editor: User, publisher: User) -> int:
    today = timezone.localdate()
    return sum(
        load_event(
            event,
            locales=locales,
            pictures=pictures,
            today=today,
            editor=editor,
            publisher=publisher,
        )
        for event in read_events()
    )


def _user(name: str, group: str) -> User:
    """An account that cannot sign in until an administrator sets a password."""
    user = User.objects.filter(username=name).first()
    if user is None:
        user = User.objects.create_user(
            username=name, email=f"{name}@yiguirro.example.org", first_name=name.capitalize()
        )
        user.groups.add(Group.objects.get(name=group))
        profile = UserProfile.get_for_user(user)
        # Nobody reads mail to these addresses.
        profile.submitted_notifications = False
        profile.approved_notifications = profile.rejected_notifications = False
        profile.save()
    return user
