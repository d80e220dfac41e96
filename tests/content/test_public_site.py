"""Paths of the frontend, in every language, from one query."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries
from wagtail.models import Site

from content.public_site import PublicSite
from tests.factories import event_index, make_event

pytestmark = pytest.mark.django_db


def test_paths_carry_the_language_but_for_the_default_one(
    site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pages = {code: event_index(code) for code in ("en", "es")}
    with django_assert_num_queries(1):
        public = PublicSite.load(timezone.now())
    assert public.path_of(pages["en"].url_path) == "/events/"
    assert public.path_of(pages["es"].url_path) == "/es/eventos/"
    for page in pages.values():
        path = public.path_of(page.url_path)
        assert path
        assert public.url_path_of(path) == page.url_path
        assert public.url_path_of(path.rstrip("/")) == page.url_path
        assert page.full_url == public.html_url(page.url_path)


def test_address_is_percent_encoded_and_the_path_readable(site: Site) -> None:
    event = make_event(slug="café-日本")
    public = PublicSite.load(timezone.now())
    assert public.path_of(event.url_path) == "/events/café-日本/"
    assert public.html_url(event.url_path) == event.full_url
    assert str(event.full_url).isascii()


def test_address_follows_the_site_record_and_keeps_the_scheme_of_the_setting(
    site: Site, settings: Any
) -> None:
    settings.FRONTEND_URL = "https://lab.example:8443"
    site.hostname, site.port = "lab.example", 8443
    site.save()
    assert PublicSite.load(timezone.now()).base_url == "https://lab.example:8443"
    site.hostname, site.port = "other.example", 443
    site.save()
    assert PublicSite.load(timezone.now()).base_url == "https://other.example"
    site.hostname, site.port = "other.example", 3000
    site.save()
    assert PublicSite.load(timezone.now()).base_url == "http://other.example:3000"


def test_page_outside_of_the_site_has_no_path(site: Site) -> None:
    public = PublicSite.load(timezone.now())
    assert public.path_of("/somewhere/else/") is None
    assert public.html_url("/somewhere/else/") is None


def test_slug_change_leaves_a_redirect(site: Site, django_capture_on_commit_callbacks: Any) -> None:
    event = make_event(slug="old-name")
    event.slug = "new-name"
    with django_capture_on_commit_callbacks(execute=True):
        event.save_revision().publish()
    redirects = site.redirects.values_list("old_path", "redirect_page_id", "automatically_created")
    assert list(redirects) == [("/events/old-name", event.pk, True)]
