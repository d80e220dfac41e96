"""The page about visitors' data: chosen once, named wherever somebody types something in."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.models import User
from content.models import StandardPage
from home.models import HomePage
from tests.contract.openapi import ApiClient
from tests.factories import make_standard_page

pytestmark = pytest.mark.django_db

FORMS = ("/forms/contact/", "/forms/subscribe/")
Choose = Callable[[Page | None], None]


@pytest.fixture
def choose(site: Site) -> Choose:
    """Choose a page in the settings of the site, as an administrator."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root", "root@example.org", "secret"))

    def post(page: Page | None) -> None:
        fields = {"name": "Lab", "contact_email": "", "logo": "", "social_links": streamfield([])}
        fields["privacy_page"] = str(page.pk) if page else ""
        url = reverse("wagtailsettings:edit", args=["content", "sitesettings", site.pk])
        assert browser.post(url, nested_form_data(fields)).status_code == 302

    return post


@pytest.fixture
def page(home: HomePage) -> StandardPage:
    return make_standard_page(home, title="Your data & us", slug="privacy")


def translation_of(page: Page) -> Page:
    translation: Page = page.copy_for_translation(Locale.objects.get(language_code="es"))
    translation.title, translation.slug = "Sus datos", "privacidad"
    translation.save_revision().publish()
    return translation


def shown(api: ApiClient, language: str) -> dict[str, str] | None:
    """What the API names in ``language``, after a look at the forms, which name the same."""
    link: dict[str, str] | None = api.get(f"/api/v2/site/?locale={language}").json()["privacy_page"]
    for form in FORMS:
        html = Client().get(f"{form}?locale={language}").content.decode()
        if link is None:
            assert "data:" not in html
            assert "datos:" not in html
        else:
            title = link["title"].replace("&", "&amp;")
            assert f'<a href="http://localhost:3000{link["url"]}" target="_blank">{title} (' in html
    return link


def test_each_language_names_the_page_in_that_language(
    page: StandardPage, choose: Choose, api: ApiClient
) -> None:
    assert shown(api, "en") is None
    choose(page)
    english = {"title": "Your data & us", "url": "/privacy/"}
    assert shown(api, "en") == english
    assert shown(api, "es") is None
    translation = translation_of(page)
    assert shown(api, "es") == {"title": "Sus datos", "url": "/es/privacidad/"}
    choose(translation)
    assert shown(api, "en") == english
    choose(None)
    assert shown(api, "en") is shown(api, "es") is None


def test_page_that_not_everybody_can_read_is_not_named(
    page: StandardPage, choose: Choose, api: ApiClient
) -> None:
    translation_of(page)
    choose(page)
    page.unpublish()
    assert shown(api, "en") is None
    assert shown(api, "es")
    page.save_revision().publish()
    assert shown(api, "en")
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.LOGIN
    )
    assert shown(api, "en") is None
    restriction.delete()
    assert shown(api, "en")
    StandardPage.objects.get(pk=page.pk).delete()
    assert shown(api, "en") is shown(api, "es") is None


def test_page_is_not_asked_of_somebody_whose_words_have_arrived(
    page: StandardPage, choose: Choose
) -> None:
    choose(page)
    for form in FORMS:
        assert "/privacy/" not in Client().get(f"{form}?locale=en&sent=1").content.decode()
        assert "/privacy/" in Client().post(f"{form}?locale=en", {}).content.decode()
