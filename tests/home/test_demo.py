"""The demo site, loaded once for all tests of this module that only read it."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings
from wagtail.blocks import StreamValue
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, PageLogEntry, ReferenceIndex, Revision, TaskState

from cms.models import User
from content.models import (
    EventPage,
    Navigation,
    SiteImage,
    SiteSettings,
    Speaker,
    StandardPage,
    Testimonial,
)
from content.renditions import all_specs
from home.blocks import SectionsBlock
from home.demo.covers import draw_cover
from home.demo.loader import load_demo
from home.demo.names import Names
from home.demo.schema import Event, read_events
from home.models import HomePage

LANGUAGES = ("en", "es")


@pytest.fixture(scope="module")
def demo_output(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """What `load_demo` printed. The transaction around the module's tests is rolled back."""
    output = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", stdout=output)
        yield output.getvalue()
        transaction.set_rollback(True)


# The mark also makes pytest-django create the test database before the fixture above uses it.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_output")]


def counts() -> dict[str, int]:
    models = (Page, EventPage, StandardPage, Testimonial, SiteImage, Navigation, User)
    models += (Revision, PageLogEntry, Redirect)
    return {model.__name__: model.objects.count() for model in models}


def stream_values() -> Iterator[StreamValue]:
    """Every filled stream field of the demo."""
    for page in EventPage.objects.filter(alias_of=None):
        yield page.body
    for page in StandardPage.objects.all():
        yield page.body
    for home in HomePage.objects.all():
        yield home.sections
    for navigation in Navigation.objects.all():
        yield from (navigation.items, navigation.footer_links)
    yield SiteSettings.objects.get().social_links


def test_load_demo_second_run_changes_nothing() -> None:
    before, output = counts(), StringIO()
    call_command("load_demo", stdout=output)
    assert output.getvalue() == "The demo site is loaded already; nothing to do.\n"
    assert counts() == before


def test_load_demo_first_run_says_what_it_added(demo_output: str) -> None:
    assert "Added 27 events." in demo_output
    assert "Added 12 testimonials in es." in demo_output


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_each_language_has_every_one(language: str) -> None:
    events = EventPage.objects.filter(locale__language_code=language)
    assert events.count() == 27
    assert events.live().count() == 24
    now = timezone.now()
    assert events.live().filter(finishes_at__lt=now).count() == 9
    assert events.live().filter(starts_at__lte=now, finishes_at__gte=now).count() == 1


def test_events_written_in_one_language_are_aliases_in_the_other() -> None:
    aliases = EventPage.objects.live().exclude(alias_of=None)
    assert {alias.title for alias in aliases} == {
        "Observability for small teams",
        "Publicar software libre desde la universidad",
        "Reading group: types and their limits",
    }


def test_events_have_every_status_mode_and_kind_of_date() -> None:
    live = EventPage.objects.live()
    assert len(set(live.values_list("event_status", flat=True))) == 4
    assert len(set(live.values_list("attendance_mode", flat=True))) == 3
    assert len(set(live.values_list("event_type", flat=True))) == 8
    assert live.filter(all_day=True, ends_at=None).exists()
    assert live.filter(timezone="Europe/Madrid").exists()
    assert set(live.values_list("is_free", flat=True)) == {True, False}


def test_events_not_published_are_draft_scheduled_and_in_moderation() -> None:
    waiting = EventPage.objects.filter(live=False, alias_of=None)
    by_key = {page.cover.file.name.split("/")[-1]: page for page in waiting}
    assert len(by_key) == 3
    scheduled = waiting.exclude(go_live_at=None).get(locale__language_code="en")
    assert scheduled.scheduled_revision.approved_go_live_at > timezone.now()
    assert TaskState.objects.reviewable_by(User.objects.get(username="moderator")).count() == 1


def test_events_past_have_recordings_and_speakers() -> None:
    recorded = EventPage.objects.live().filter(sessions__recording_url__gt="").distinct()
    assert recorded.count() >= 10
    assert not [event for event in recorded if event.finishes_at > timezone.now()]
    assert Speaker.objects.exclude(photo=None).count() > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_landing_page_uses_every_section(language: str) -> None:
    home = HomePage.objects.get(locale__language_code=language)
    assert {block.block_type for block in home.sections} == set(SectionsBlock.base_blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_standard_pages_use_every_block(language: str) -> None:
    pages = StandardPage.objects.live().filter(locale__language_code=language)
    assert pages.count() == 3
    used = {block.block_type for page in pages for block in page.body}
    assert used == set(StandardPage.body.field.stream_block.child_blocks)


def test_blocks_all_are_valid_for_an_editor() -> None:
    checked = 0
    for value in stream_values():
        value.stream_block.clean(value)
        checked += len(value)
    assert checked > 100


def test_references_all_resolve() -> None:
    broken = [
        reference
        for reference in ReferenceIndex.objects.all()
        if not reference.to_content_type.get_all_objects_for_this_type(
            pk=reference.to_object_id
        ).exists()
    ]
    assert broken == []
    assert ReferenceIndex.objects.count() > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_pages_of_their_own_language(language: str) -> None:
    home = HomePage.objects.get(locale__language_code=language)
    navigation = Navigation.objects.get(locale__language_code=language)
    targets = [link.value["page"] for link in navigation.footer_links if link.value["page"]]
    targets += [item.value["page"] for item in navigation.items if item.value["page"]]
    for section in home.sections:
        targets += section.value.get("selected", []) if section.block_type == "events" else []
    assert len(targets) >= 7
    assert {page.locale.language_code for page in targets} == {language}
    assert all(page.live for page in targets)


def test_programme_keeps_its_order_in_both_languages() -> None:
    for event in EventPage.objects.filter(title__contains="Pacific Software Days"):
        starts = [session.starts_at for session in event.sessions.all()]
        assert len(starts) >= 3
        assert starts == sorted(starts)
        assert event.speakers.first().name == "Xinia Cascante Rojas"


def test_pictures_all_have_words_and_every_rendition() -> None:
    pictures = SiteImage.objects.annotate(made=Count("renditions"))
    assert pictures.count() == 25
    for picture in pictures:
        assert picture.description
        assert picture.made == len(set(all_specs(picture)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_testimonials_are_complete_in_each_language(language: str) -> None:
    live = Testimonial.objects.filter(live=True, locale__language_code=language)
    assert live.count() == 12
    assert live.filter(featured=True).count() == 5
    assert live.exclude(author_photo=None).count() == 4
    assert len(set(live.values_list("sort_order", flat=True))) == 12


def test_events_written_in_both_languages_have_own_titles() -> None:
    for event in EventPage.objects.live().filter(alias_of=None, locale__language_code="en"):
        spanish = event.get_translation_or_none(Locale.objects.get(language_code="es"))
        assert spanish is not None
        assert (spanish.alias_of_id == event.pk) == (spanish.title == event.title)


def test_log_pages_are_created_by_editor_and_published_by_moderator() -> None:
    log = PageLogEntry.objects.filter(page__in=EventPage.objects.filter(alias_of=None))
    published = set(log.filter(action="wagtail.publish").values_list("user__username", flat=True))
    created = set(log.filter(action="wagtail.create").values_list("user__username", flat=True))
    assert (created, published) == ({"editor"}, {"moderator"})
    assert not Redirect.objects.exists()


def test_demo_users_cannot_sign_in() -> None:
    users = User.objects.filter(username__in=["editor", "moderator"])
    assert [user.has_usable_password() for user in users] == [False, False]


def test_draw_cover_same_name_gives_same_picture() -> None:
    assert draw_cover("facets-sea") == draw_cover("facets-sea")
    assert draw_cover("facets-sea") != draw_cover("facets-sunset")


def test_read_event_unknown_key_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        Event.read({"key": "x", "colour": "red"})


def test_resolve_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError, match="page:nowhere"):
        Names({}).resolve([{"text": '<a href="page:nowhere">there</a>'}])


def test_events_keys_are_unique() -> None:
    keys = [event.key for event in read_events()]
    assert len(keys) == len(set(keys))


def test_load_demo_only_spanish_has_every_event_in_spanish(
    settings: Settings, demo_output: str
) -> None:
    with transaction.atomic():
        settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("es", "Español")]
        settings.LANGUAGE_CODE = "es"
        for page in Page.objects.filter(depth=2):
            page.delete()
        Navigation.objects.all().delete()
        Testimonial.objects.all().delete()
        load_demo(report=lambda _line: None)
        events = EventPage.objects.all()
        assert events.count() == 27
        assert set(events.values_list("locale__language_code", flat=True)) == {"es"}
        assert HomePage.objects.get().sections
        assert Testimonial.objects.count() == 12
        transaction.set_rollback(True)
