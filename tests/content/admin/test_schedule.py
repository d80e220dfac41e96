"""The dialog that sets when something goes public: it names the clock that its times are of."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from wagtail.models import Page
from wagtail.users.models import UserProfile

from cms.models import User
from content.models import EventPage, Navigation, Testimonial
from home.models import HomePage
from tests.content.admin.conftest import MakeEvent

pytestmark = pytest.mark.django_db

WORDS = {"en": "in the time zone", "es": "de la zona horaria"}


def change_form(of: EventPage | HomePage | Testimonial | Navigation) -> str:
    if isinstance(of, Page):
        return reverse("wagtailadmin_pages:edit", args=[of.pk])
    model = of._meta.model_name
    return reverse(f"wagtailsnippets_content_{model}:edit", args=[of.pk])


def prefer(user: User, **values: str) -> None:
    profile = UserProfile.get_for_user(user)
    for name, value in values.items():
        setattr(profile, name, value)
    profile.save()


@pytest.mark.parametrize("language", WORDS)
def test_dialog_names_the_zone_of_the_account_and_without_one_that_of_the_site(
    as_moderator: Client,
    moderator: User,
    make_event: MakeEvent,
    make_testimonial: Callable[..., Testimonial],
    settings: Settings,
    language: str,
) -> None:
    settings.TIME_ZONE = "America/Costa_Rica"
    things = [
        make_event(timezone="Pacific/Auckland"),
        HomePage.objects.get(locale__language_code="en"),
        make_testimonial(),
        Navigation.objects.get(locale__language_code="en"),
    ]
    for zone in ("", "Asia/Tokyo"):
        prefer(moderator, preferred_language=language, current_time_zone=zone)
        for thing in things:
            shown = as_moderator.get(change_form(thing)).content.decode()
            assert f"{WORDS[language]} {zone or 'America/Costa_Rica'}." in shown, thing
