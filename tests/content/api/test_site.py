"""The site around its pages, in both languages."""

import pytest
from django.conf import settings

from content.models import Navigation, SiteSettings
from tests.content.api.seed import Seed
from tests.contract.openapi import ApiClient

pytestmark = pytest.mark.django_db


def test_site_has_everything_the_contract_lists(seeded: Seed, api: ApiClient) -> None:
    document = api.get("/api/v2/site/").json()
    assert document == api.get("/api/v2/site/?locale=en").json()
    assert document.pop("logo")["id"] == seeded.picture.pk
    assert document["seo"].pop("image")["src"].startswith(f"{settings.PUBLIC_URL}/media/")
    blog = {"title": "Blog", "url": "https://blog.example.org"}
    names = {locale["code"]: locale.pop("name") for locale in document["locales"]}
    assert names.keys() == {"en", "es"}
    assert all(names.values())
    assert document == {
        "name": "The lab",
        "tagline": "We build",
        "locale": "en",
        "locales": [{"code": "en", "path": "/"}, {"code": "es", "path": "/es/"}],
        "navigation": [
            {
                "title": "Events",
                "url": "/events/",
                "children": [{"title": "Next", "url": "/events/django-workshop/"}, blog],
            }
        ],
        "footer": {
            "text": f'<p><a href="/" data-page-id="{seeded.home.pk}">Home</a></p>',
            "links": [blog],
        },
        "social_links": [{"platform": "github", "url": "https://github.com/example"}],
        "seo": {"title": "The lab", "description": None},
        "contact_email": "hello@example.org",
        "privacy_page": {"title": "About us", "url": "/about/"},
    }


def test_site_in_another_language_leads_to_its_pages(seeded: Seed, api: ApiClient) -> None:
    document = api.get("/api/v2/site/?locale=es").json()
    assert document["locale"] == "es"
    assert document["navigation"][0]["url"] == "/es/eventos/"
    assert document["navigation"][0]["children"][0]["url"] == "/es/eventos/django-workshop/"
    link = f'<a href="/es/" data-page-id="{seeded.home_es.pk}">'
    assert link in document["footer"]["text"]


def test_site_without_words_still_answers_every_field(seeded: Seed, api: ApiClient) -> None:
    everything = api.get("/api/v2/site/").json().keys()
    for navigation in Navigation.objects.all():
        navigation.unpublish()
    SiteSettings.objects.all().delete()
    document = api.get("/api/v2/site/").json()
    assert document.keys() == everything
    assert document["name"] == settings.WAGTAIL_SITE_NAME
    assert document["navigation"] == document["social_links"] == document["footer"]["links"] == []
    assert document["tagline"] is document["logo"] is document["contact_email"] is None
    assert document["privacy_page"] is None
    assert document["seo"] == {"title": None, "description": None, "image": None}
