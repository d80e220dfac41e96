"""What is recorded of testimonials, files, and what belongs to the whole site."""

import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Locale, Site

from cms.feeds import CONTRIBUTIONS, PROJECTS, feed_updated
from cms.models import User
from content.models import Navigation, SiteImage, SiteSettings, Testimonial
from home.models import HomePage
from integrations.webhooks.models import Endpoint, Message
from tests.factories import (
    event_index,
    make_document,
    make_event,
    make_image,
    make_standard_page,
    make_testimonial,
)
from tests.integrations.webhooks.conftest import MakeEndpoint, only_message, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _told(site: Site, endpoint: Endpoint) -> None:
    Message.objects.all().delete()


@pytest.fixture
def forget() -> Callable[[], object]:
    return Message.objects.all().delete


@pytest.fixture
def browser(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def snippet_url(action: str, snippet: Testimonial | Navigation) -> str:
    name = f"wagtailsnippets_content_{snippet._meta.model_name}:{action}"
    return reverse(name, args=[snippet.pk])


def api(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def form(**values: str) -> dict[str, str]:
    return {"author_name": "Ana", "quote": "They helped.", "sort_order": "1", **values}


def test_testimonial_is_told_when_it_is_published_and_not_as_a_draft(
    browser: Client, forget: Callable[[], object]
) -> None:
    testimonial = make_testimonial(publish=False)
    assert recorded() == []
    url = snippet_url("edit", testimonial)
    assert browser.post(url, form()).status_code == 302
    assert recorded() == []
    assert browser.post(url, form(**{"action-publish": "on"})).status_code == 302
    message = only_message()
    assert message.type == "snippet.published"
    assert (message.object_type, message.object_id) == ("content.Testimonial", testimonial.pk)
    assert (message.locale, message.paths) == ("en", ["/"])
    assert api(f"/api/v2/testimonials/{testimonial.pk}/") in message.api_urls
    assert {api("/api/v2/testimonials/"), api("/api/testimonials")} <= set(message.api_urls)
    forget()
    assert browser.post(url, form(quote="A draft of other words")).status_code == 302
    assert recorded() == []
    assert browser.post(snippet_url("unpublish", testimonial)).status_code == 302
    assert only_message().type == "snippet.unpublished"
    forget()
    assert browser.post(snippet_url("delete", testimonial)).status_code == 302
    assert recorded() == []


def test_deleted_live_testimonial_is_told(browser: Client, forget: Callable[[], object]) -> None:
    testimonial = make_testimonial()
    forget()
    assert browser.post(snippet_url("delete", testimonial)).status_code == 302
    message = only_message()
    assert (message.type, message.object_id) == ("snippet.deleted", testimonial.pk)


def test_testimonials_put_in_order_are_told_once(
    browser: Client, forget: Callable[[], object]
) -> None:
    testimonials = [make_testimonial() for _ in range(4)]
    forget()
    url = snippet_url("reorder", testimonials[3])
    assert browser.post(f"{url}?position=0").status_code == 200
    assert only_message().type == "snippet.published"


def test_testimonial_tells_the_landing_page_that_shows_its_translation(
    forget: Callable[[], object],
) -> None:
    testimonial = make_testimonial()
    spanish = HomePage.objects.get(locale__language_code="es")
    chosen = {"heading": "x", "mode": "selected", "limit": 3, "selected": [testimonial.pk]}
    spanish.sections = [{"type": "testimonials", "value": chosen}]
    spanish.save_revision().publish()
    forget()
    testimonial.save_revision().publish()
    assert set(only_message().paths) == {"/", "/es/"}


def test_changed_image_tells_every_page_that_shows_it(forget: Callable[[], object]) -> None:
    image = make_image()
    event = make_event(cover=image, slug="with-cover")
    make_event(cover=image, slug="draft", publish=False)
    make_event(speakers=[{"name": "Ana", "photo": image}], slug="with-photo")
    make_testimonial(author_photo=image)
    make_event(slug="without")
    forget()
    image.description = "Another picture"
    image.save()
    message = only_message()
    assert (message.type, message.object_id) == ("image.changed", image.pk)
    assert message.locale is None
    shown = {"/", "/events/", "/events/with-cover/", "/events/with-photo/"}
    assert set(message.paths) == shown
    assert api(f"/api/v2/events/{event.pk}/") in message.api_urls
    assert api("/api/v2/testimonials/") in message.api_urls


def test_new_and_unused_images_are_not_told() -> None:
    image = make_image()
    image.save()
    assert recorded() == []


def test_deleted_image_tells_the_pages_that_showed_it(
    browser: Client, forget: Callable[[], object]
) -> None:
    image = make_image()
    make_event(cover=image, slug="with-cover")
    forget()
    assert browser.post(reverse("wagtailimages:delete", args=[image.pk])).status_code == 302
    assert not SiteImage.objects.filter(pk=image.pk).exists()
    message = only_message()
    assert message.type == "image.changed"
    assert "/events/with-cover/" in message.paths


def test_logo_and_documents_are_told(site: Site, forget: Callable[[], object]) -> None:
    image, document = make_image(), make_document()
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "Lab", "logo": image})
    home = HomePage.objects.get(locale__language_code="en")
    body = json.dumps([{"type": "document", "value": {"document": document.pk}}])
    make_standard_page(home, slug="papers", body=body)
    forget()
    image.save()
    assert only_message().is_truncated
    assert api("/api/v2/site/") in only_message().api_urls
    forget()
    document.title = "Minutes"
    document.save()
    assert (only_message().type, only_message().paths) == ("site.changed", ["/papers/"])


def test_privacy_page_is_told_as_a_part_of_the_site(
    site: Site, forget: Callable[[], object]
) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    page = make_standard_page(home, slug="privacy")
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "L", "privacy_page": page})
    forget()
    page.unpublish()
    assert only_message().type == "page.unpublished"
    assert api("/api/v2/site/") in only_message().api_urls


def test_navigation_is_told_when_it_is_published(forget: Callable[[], object]) -> None:
    navigation = Navigation.objects.get(locale__language_code="es")
    navigation.tagline = "Laboratorio"
    revision = navigation.save_revision()
    assert recorded() == []
    revision.publish()
    message = only_message()
    assert (message.type, message.locale) == ("site.changed", "es")
    assert message.is_truncated
    assert api("/api/v2/site/") in message.api_urls


def test_settings_redirects_languages_and_tags_are_told(
    site: Site, forget: Callable[[], object]
) -> None:
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "Lab"})
    assert only_message().type == "site.changed"
    forget()
    redirect = Redirect.objects.create(old_path="/old", redirect_link="/events/", site=site)
    assert (only_message().paths, only_message().is_truncated) == (["/old"], False)
    forget()
    Redirect.objects.get(pk=redirect.pk).delete()
    assert only_message().paths == ["/old"]
    forget()
    Locale.objects.create(language_code="fr")
    assert only_message().object_type == "wagtailcore.Locale"
    forget()
    tag = Tag.objects.create(name="Python", slug="python")
    assert recorded() == []
    tag.name = "Python 3"
    tag.save()
    assert only_message().object_type == "taggit.Tag"
    forget()
    collection = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    assert only_message().is_truncated


def test_edited_redirect_tells_both_paths(site: Site, forget: Callable[[], object]) -> None:
    Redirect.objects.create(old_path="/old", redirect_link="/events/", site=site)
    forget()
    redirect = Redirect.objects.get()
    redirect.old_path = "/older"
    redirect.save()
    assert set(only_message().paths) == {"/old", "/older"}


@pytest.mark.parametrize(
    ("feed", "expected"), [(PROJECTS, "projects.updated"), (CONTRIBUTIONS, "contributions.updated")]
)
def test_feeds_of_integrations_are_told(feed: str, expected: str) -> None:
    feed_updated.send(sender=Testimonial, feed=feed, api_urls=[f"/api/{feed}"])
    message = only_message()
    assert (message.type, message.object_id) == (expected, None)
    assert message.api_urls[0] == api(f"/api/{feed}")
    assert {"/", "/es/"} <= set(message.paths)


def test_only_wanted_categories_are_recorded(
    endpoint: Endpoint, make_endpoint: MakeEndpoint
) -> None:
    endpoint.delete()
    make_endpoint(event_types=["image.changed"])
    make_testimonial()
    assert recorded() == []
    image = make_image()
    make_event(cover=image)
    image.save()
    assert only_message().type == "image.changed"


def test_nothing_of_what_editors_do_for_themselves_is_told(
    browser: Client, administrator: User
) -> None:
    Group.objects.create(name="Guests")
    administrator.first_name = "Ana"
    administrator.save()
    browser.get(reverse("wagtailadmin_home"))
    browser.get(reverse("wagtailadmin_explore", args=[event_index().pk]))
    assert recorded() == []
