"""A preview answers what the detail would: of what is live, saved, older, typed or new."""

from typing import Any

import pytest

from cms.models import User
from content.models import EventIndexPage, EventPage, Navigation, StandardPage, Testimonial
from content.publishing import publish, save_revision
from home.models import HomePage
from tests.content.api.seed import Seed, republish
from tests.content.previews import forms
from tests.content.previews.desk import Desk
from tests.contract.openapi import ApiClient
from tests.factories import event_index, make_event

pytestmark = pytest.mark.django_db

EVENT, TESTIMONIAL = "content.eventpage", "content.testimonial"


def detail(path: str) -> Any:
    response = ApiClient().get(path)
    assert response.status_code == 200
    return response.json()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("home", "/api/v2/pages/{}/"),
        ("home_es", "/api/v2/pages/{}/"),
        ("about", "/api/v2/pages/{}/"),
        ("event", "/api/v2/events/{}/"),
        ("event_es", "/api/v2/events/{}/"),
    ],
)
def test_unchanged_page_is_previewed_as_its_detail(
    seeded: Seed, desk: Desk, name: str, path: str
) -> None:
    page = getattr(seeded, name)
    assert desk.view_draft(page).read() == detail(path.format(page.pk))


def test_unchanged_event_list_is_previewed_as_its_detail(seeded: Seed, desk: Desk) -> None:
    index = event_index()
    assert desk.view_draft(index).read() == detail(f"/api/v2/pages/{index.pk}/")


def test_live_version_of_testimonial_is_previewed_as_its_detail(seeded: Seed, desk: Desk) -> None:
    testimonial = seeded.testimonial
    frame = desk.view_snippet_revision(testimonial, testimonial.live_revision)
    assert frame.parameters["content_type"] == TESTIMONIAL
    assert frame.read() == detail(f"/api/v2/testimonials/{testimonial.pk}/")


@pytest.mark.parametrize("language", ["en", "es"])
def test_live_version_of_navigation_is_previewed_as_the_site(
    seeded: Seed, desk: Desk, language: str
) -> None:
    navigation = Navigation.objects.get(locale__language_code=language)
    frame = desk.view_snippet_revision(navigation, navigation.live_revision)
    assert frame.parameters["content_type"] == "content.navigation"
    assert frame.read() == detail(f"/api/v2/site/?locale={language}")


def test_saved_draft_is_previewed_and_not_yet_public(seeded: Seed, desk: Desk) -> None:
    event = seeded.event
    event.title, event.slug = "Django night", "django-night"
    event.tags.add("night")
    save_revision(instance=event)
    document = desk.view_draft(event).read()
    assert document["title"] == document["json_ld"]["name"] == "Django night"
    assert document["meta"]["path"] == "/events/django-night/"
    assert document["meta"]["html_url"].endswith("/events/django-night/")
    assert document["json_ld"]["url"] == document["meta"]["html_url"]
    assert document["tags"] == ["night", "python", "web"]
    public = detail(f"/api/v2/events/{event.pk}/")
    assert public["title"] == "Django workshop"
    for name in ("first_published_at", "last_published_at", "translations", "parent"):
        assert document["meta"][name] == public["meta"][name]


def test_draft_knows_when_the_live_version_was_published(seeded: Seed, desk: Desk) -> None:
    about = republish(seeded.about, summary="Second")
    about = republish(about, summary="Third")
    about.summary = "Fourth"
    save_revision(instance=about)
    oldest, latest = about.revisions.earliest("id"), about.latest_revision
    public = detail(f"/api/v2/pages/{about.pk}/")["meta"]
    for revision in (oldest, latest):
        meta = desk.view_revision(about, revision).read()["meta"]
        assert meta["first_published_at"] == public["first_published_at"]
        assert meta["last_published_at"] == public["last_published_at"]


def test_older_version_is_previewed_as_it_was(seeded: Seed, desk: Desk) -> None:
    older = seeded.about.latest_revision
    republish(seeded.about, title="About everybody", summary="")
    document = desk.view_revision(seeded.about, older).read()
    assert (document["title"], document["summary"]) == ("About us", "Who we are")
    assert len(document["body"]) == len(detail(f"/api/v2/pages/{seeded.about.pk}/")["body"])


def test_typed_changes_of_event_are_previewed_whole(seeded: Seed, desk: Desk) -> None:
    event = make_event(title="Before", slug="before")
    frame = desk.edit_page(event, forms.event_form())
    assert frame.parameters.keys() == {"content_type", "token"}
    assert frame.parameters["content_type"] == EVENT
    document = frame.read()
    assert document["id"] == event.pk
    assert document["title"] == "Night of soldering"
    assert document["meta"]["path"] == "/events/night-of-soldering/"
    assert document["starts_at"] == "2027-05-04T18:30:00+02:00"
    assert document["tags"] == ["Board games", "hardware"]
    assert [speaker["name"] for speaker in document["speakers"]] == ["First", "Second"]
    assert [session["title"] for session in document["sessions"]] == ["Open", "Close"]
    assert document["sessions"][0]["starts_at"] == "2027-05-04T18:30:00+02:00"
    assert [block["value"] for block in document["body"]] == [{"text": "What to bring", "level": 2}]
    assert detail(f"/api/v2/events/{event.pk}/")["title"] == "Before"
    event.refresh_from_db()
    assert event.title == "Before"
    assert not event.has_unpublished_changes


def test_each_refresh_shows_what_was_typed_last_at_the_same_address(
    seeded: Seed, desk: Desk
) -> None:
    first = desk.edit_page(seeded.event, forms.event_form(title="One"))
    assert first.read()["title"] == "One"
    second = desk.edit_page(seeded.event, forms.event_form(title="Two"))
    assert second == first
    assert first.read()["title"] == "Two"


def test_typed_changes_of_every_other_page_type_are_previewed(seeded: Seed, desk: Desk) -> None:
    about = desk.edit_page(seeded.about, forms.standard_page_form()).read()
    assert (about["title"], about["meta"]["path"]) == ("Code of conduct", "/conduct/")
    assert about["body"][0]["value"]["text"] == "Be kind"
    index = desk.edit_page(event_index(), forms.event_index_form()).read()
    assert (index["title"], index["summary"]) == ("Calendar", "All of them")
    home = desk.edit_page(seeded.home, forms.home_form(slug="start")).read()
    assert home["sections"][0]["value"]["heading"] == "Welcome, maker"
    assert home["meta"]["path"] == "/"


@pytest.mark.parametrize("language", ["en", "es"])
def test_new_event_is_previewed_before_it_is_saved(seeded: Seed, desk: Desk, language: str) -> None:
    index = event_index(language)
    document = desk.add_page(EventPage, index, forms.event_form()).read()
    prefix = "" if language == "en" else "/es"
    assert document["id"] == 0
    assert document["title"] == "Night of soldering"
    assert document["meta"]["locale"] == language
    assert document["meta"]["path"] == f"{prefix}/{index.slug}/night-of-soldering/"
    assert document["meta"]["parent"]["id"] == index.pk
    assert document["meta"]["translations"] == []
    assert document["meta"]["first_published_at"] is None
    assert document["tags"] == ["Board games", "hardware"]
    assert len(document["speakers"]) == len(document["sessions"]) == 2
    assert not EventPage.objects.filter(title="Night of soldering").exists()


def test_new_page_without_title_and_address_is_previewed(seeded: Seed, desk: Desk) -> None:
    form = forms.standard_page_form(title="", slug="")
    document = desk.add_page(StandardPage, seeded.home, form).read()
    assert document["title"]
    assert document["meta"]["path"].startswith("/")


def test_new_testimonial_is_previewed_in_its_language(seeded: Seed, desk: Desk) -> None:
    english = desk.add_snippet(Testimonial, forms.testimonial_form())
    document = english.read()
    assert (document["id"], document["meta"]["locale"]) == (0, "en")
    assert document["quote"] == "They <b>listen</b>"
    spanish = desk.add_snippet(Testimonial, forms.testimonial_form(), language="es")
    assert spanish.read()["meta"]["locale"] == "es"
    assert english.read()["meta"]["locale"] == "en"
    assert Testimonial.objects.count() == 1


def test_new_navigation_is_previewed_in_its_language(seeded: Seed, desk: Desk) -> None:
    Navigation.objects.filter(locale__language_code="es").delete()
    User.objects.filter(pk=desk.user.pk).update(is_superuser=True)
    document = desk.add_snippet(Navigation, forms.navigation_form(), language="es").read()
    assert (document["locale"], document["tagline"]) == ("es", "We solder")
    assert detail("/api/v2/site/?locale=es")["tagline"] is None


def test_typed_changes_of_snippets_are_previewed(seeded: Seed, desk: Desk) -> None:
    document = desk.edit_snippet(seeded.testimonial, forms.testimonial_form()).read()
    assert (document["id"], document["author_name"]) == (seeded.testimonial.pk, "Rosa")
    assert document["rating"] == 4
    navigation = Navigation.objects.get(locale__language_code="en")
    site = desk.edit_snippet(navigation, forms.navigation_form()).read()
    assert site["navigation"] == [
        {"title": "Blog", "url": "https://blog.example.org", "children": []}
    ]
    assert site["name"] == "The lab"
    assert detail("/api/v2/site/")["tagline"] == "We build"


def test_older_version_of_testimonial_is_previewed(seeded: Seed, desk: Desk) -> None:
    older = seeded.testimonial.latest_revision
    changed = republish(seeded.testimonial, quote="Other words", sort_order=7)
    document = desk.view_snippet_revision(changed, older).read()
    assert document["quote"] == "<b>Bold</b> & good"


def test_published_preview_becomes_the_public_answer(seeded: Seed, desk: Desk) -> None:
    event = seeded.event
    event.title = "Published soon"
    save_revision(instance=event)
    before = desk.view_draft(event).read()
    publish(instance=event)
    after = detail(f"/api/v2/events/{event.pk}/")
    for document in (before, after):
        document["meta"].pop("last_published_at")
    assert after == before


def test_translation_in_progress_is_previewed_as_translated(seeded: Seed, desk: Desk) -> None:
    alias = EventPage.objects.get(pk=seeded.event_es.pk)
    assert desk.view_draft(alias).read()["meta"]["is_translated"] is False
    index = EventIndexPage.objects.get(locale__language_code="es")
    assert desk.view_draft(index).read()["meta"]["locale"] == "es"
    assert HomePage.objects.count() == 2
