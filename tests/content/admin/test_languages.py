"""An event's life in two languages, through the admin, as the API's readers see it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from wagtail.models import Page, PageViewRestriction

from cms.models import User
from content.models import EventPage
from tests.content.admin.steps import Admin, in_language
from tests.contract.openapi import ApiClient

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "es")


def other(language: str) -> str:
    return "es" if language == "en" else "en"


@pytest.fixture
def admin(client: Client, moderator: User) -> Admin:
    return Admin(client, moderator)


@pytest.fixture
def writer(editor: User) -> Admin:
    return Admin(Client(), editor)


def counterpart(page: EventPage) -> EventPage:
    return EventPage.objects.exclude(pk=page.pk).get(translation_key=page.translation_key)


def shown(api: ApiClient) -> dict[str, list[tuple[str, bool]]]:
    """Of each language, the titles of its events and whether they are translated."""
    found = {}
    for language in LANGUAGES:
        items = api.get("/api/v2/events/", {"locale": language}).json()["items"]
        found[language] = sorted((i["title"], i["meta"]["is_translated"]) for i in items)
    return found


def repeated(language: str, title: str = "Meetup") -> dict[str, list[tuple[str, bool]]]:
    return {language: [(title, True)], other(language): [(title, False)]}


def in_calendar(api: ApiClient, page: EventPage) -> Any:
    content = api.get(f"/api/v2/events/{page.pk}/calendar.ics").content
    return Calendar.from_ical(content).walk("VEVENT")[0]


NOTHING: dict[str, list[tuple[str, bool]]] = {"en": [], "es": []}


def create_live(admin: Admin, language: str) -> EventPage:
    return admin.add_live(language)


def draft_then_publish(admin: Admin, language: str) -> EventPage:
    page = admin.add(language)
    admin.publish(page)
    return page


def draft_then_bulk_publish(admin: Admin, language: str) -> EventPage:
    page = admin.add(language)
    admin.bulk("publish", page)
    return page


def unpublish_then_publish(admin: Admin, language: str) -> EventPage:
    page = admin.add_live(language)
    admin.post("unpublish", page.pk)
    admin.publish(page)
    return page


WAYS_TO_PUBLISH = [
    create_live,
    draft_then_publish,
    draft_then_bulk_publish,
    unpublish_then_publish,
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", WAYS_TO_PUBLISH)
def test_published_event_is_in_both_languages(
    admin: Admin, api: ApiClient, way: Callable[[Admin, str], EventPage], language: str
) -> None:
    page = way(admin, language)
    assert shown(api) == repeated(language)
    meta = [api.get(f"/api/v2/events/{p.pk}/").json()["meta"] for p in (page, counterpart(page))]
    for name in ("first_published_at", "last_published_at"):
        assert meta[0][name] is not None
        assert meta[0][name] == meta[1][name]
    for word in ("Rojas", "python", "Meetup"):
        for each in LANGUAGES:
            query = {"locale": each, "search": word}
            assert api.get("/api/v2/events/", query).json()["meta"]["total_count"] == 1, query


def unpublish(admin: Admin, page: EventPage) -> None:
    admin.post("unpublish", page.pk)


def bulk_unpublish(admin: Admin, page: EventPage) -> None:
    admin.bulk("unpublish", page)


def delete(admin: Admin, page: EventPage) -> None:
    admin.post("delete", page.pk)


def bulk_delete(admin: Admin, page: EventPage) -> None:
    admin.bulk("delete", page)


REMOVALS = [unpublish, bulk_unpublish, delete, bulk_delete]
DELETIONS = [delete, bulk_delete]
Remove = Callable[[Admin, EventPage], None]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remove", REMOVALS)
def test_removed_source_takes_its_alias_along(
    admin: Admin, api: ApiClient, remove: Remove, language: str
) -> None:
    page = admin.add_live(language)
    remove(admin, page)
    assert shown(api) == NOTHING
    assert EventPage.objects.count() == (0 if remove in DELETIONS else 2)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remove", REMOVALS)
def test_alias_is_not_removed_alone(
    admin: Admin, api: ApiClient, remove: Remove, language: str
) -> None:
    page = admin.add_live(language)
    remove(admin, counterpart(page))
    assert shown(api) == repeated(language)
    message = admin.client.get("/admin/").content.decode()
    assert "only repeats its original" in message
    assert f"/admin/pages/{page.pk}/edit/" in message


def test_source_and_alias_selected_together_are_deleted(admin: Admin) -> None:
    page = admin.add_live("en")
    admin.bulk("delete", counterpart(page), page)
    assert not EventPage.objects.exists()


def test_source_and_alias_selected_together_are_unpublished(admin: Admin, api: ApiClient) -> None:
    page = admin.add_live("en")
    admin.bulk("unpublish", counterpart(page), page)
    assert shown(api) == NOTHING
    message = admin.client.get("/admin/").content.decode()
    assert "only repeats its original" not in message


def translate(admin: Admin, page: EventPage, title: str = "Charla") -> EventPage:
    translation = counterpart(page)
    admin.post("convert_alias", translation.pk)
    admin.publish(translation, title)
    return translation


@pytest.mark.parametrize("language", LANGUAGES)
def test_published_translation_replaces_alias(admin: Admin, api: ApiClient, language: str) -> None:
    page = admin.add_live(language)
    translate(admin, page)
    expected = {language: [("Meetup", True)], other(language): [("Charla", True)]}
    assert shown(api) == expected
    admin.edit(counterpart(page), "Draft")
    assert shown(api) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remove", [unpublish, bulk_unpublish])
@pytest.mark.parametrize("of_source", [True, False])
def test_unpublished_language_leaves_the_other_alone(
    admin: Admin, api: ApiClient, remove: Remove, language: str, *, of_source: bool
) -> None:
    page = admin.add_live(language)
    translation = translate(admin, page)
    remove(admin, page if of_source else translation)
    expected = {language: [("Meetup", True)], other(language): [("Charla", True)]}
    expected[language if of_source else other(language)] = []
    assert shown(api) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remove", DELETIONS)
@pytest.mark.parametrize("of_source", [True, False])
def test_deleted_language_repeats_the_other(
    admin: Admin, api: ApiClient, remove: Remove, language: str, *, of_source: bool
) -> None:
    page = admin.add_live(language)
    translation = translate(admin, page)
    remove(admin, page if of_source else translation)
    left = repeated(other(language), "Charla") if of_source else repeated(language)
    assert shown(api) == left


@pytest.mark.parametrize("remove", DELETIONS)
@pytest.mark.parametrize("of_source", [True, False])
def test_calendar_of_deleted_language_keeps_its_identity_and_counts_on(
    admin: Admin, api: ApiClient, remove: Remove, *, of_source: bool
) -> None:
    page = admin.add_live("en")
    translation = translate(admin, page)
    long_ago = {"first_published_at": datetime(2026, 1, 1, tzinfo=UTC)}
    removed = page if of_source else translation
    EventPage.objects.filter(pk=removed.pk).update(**long_ago)
    before = in_calendar(api, removed)
    remove(admin, removed)
    alias = counterpart(translation if of_source else page)
    after = in_calendar(api, alias)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] >= before["SEQUENCE"] > 0
    admin.publish(alias.alias_of.specific, "Again")
    assert in_calendar(api, alias)["SEQUENCE"] >= after["SEQUENCE"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["editor", "moderator"])
def test_begun_translation_repeats_source_until_published(
    admin: Admin, writer: Admin, api: ApiClient, role: str, language: str
) -> None:
    page = admin.add_live(language)
    translator = writer if role == "editor" else admin
    alias = counterpart(page)
    translator.post("convert_alias", alias.pk)
    assert shown(api) == repeated(language)
    translator.edit(alias, "Charla")
    assert shown(api) == repeated(language)
    admin.publish(page, "Moved")
    assert shown(api) == repeated(language, "Moved")
    assert counterpart(page).get_latest_revision_as_object().title == "Charla"
    admin.bulk("publish", counterpart(page))
    assert shown(api) == {language: [("Moved", True)], other(language): [("Charla", True)]}


@pytest.mark.parametrize("remove", REMOVALS)
def test_begun_translation_goes_with_its_source(
    admin: Admin, api: ApiClient, remove: Remove
) -> None:
    page = admin.add_live("en")
    admin.post("convert_alias", counterpart(page).pk)
    remove(admin, page)
    assert shown(api) == NOTHING
    assert EventPage.objects.filter(alias_of=None).count() == (0 if remove in DELETIONS else 2)


@pytest.mark.parametrize("remove", DELETIONS)
def test_deleted_begun_translation_is_an_alias_again(
    admin: Admin, api: ApiClient, remove: Remove
) -> None:
    page = admin.add_live("en")
    admin.post("convert_alias", counterpart(page).pk)
    remove(admin, counterpart(page))
    assert shown(api) == repeated("en")
    assert counterpart(page).alias_of_id == page.pk


def test_begun_translation_to_be_published_later_repeats_source_until_then(
    admin: Admin, api: ApiClient
) -> None:
    page = admin.add_live("en")
    translation = counterpart(page)
    admin.post("convert_alias", translation.pk)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    admin.publish(translation, "Charla", go_live_at=tomorrow)
    assert shown(api) == repeated("en")


def test_event_to_be_published_later_is_in_no_language_until_then(
    admin: Admin, api: ApiClient
) -> None:
    page = admin.add("en")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    admin.publish(page, go_live_at=tomorrow.strftime("%Y-%m-%d %H:%M"))
    assert shown(api) == NOTHING
    revision = EventPage.objects.get(pk=page.pk).get_latest_revision()
    revision.approved_go_live_at = datetime.now(UTC) - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert shown(api) == repeated("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("publish_copies", ["on", ""])
def test_copied_event_is_in_both_languages(
    admin: Admin, api: ApiClient, language: str, publish_copies: str
) -> None:
    page = admin.add_live(language)
    data = {"new_title": "Again", "new_slug": "again", "publish_copies": publish_copies}
    data["new_parent_page"] = str(page.get_parent().pk)
    admin.post("copy", page.pk, data=data)
    copy = in_language(language, "Again")
    assert counterpart(copy).alias_of_id == copy.pk
    if not publish_copies:
        assert shown(api) == repeated(language)
        admin.publish(copy, "Again")
    assert shown(api) == {
        language: [("Again", True), ("Meetup", True)],
        other(language): [("Again", False), ("Meetup", False)],
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("inherited", [True, False])
def test_begun_translation_of_restricted_event_stays_private(
    admin: Admin, api: ApiClient, language: str, *, inherited: bool
) -> None:
    page = admin.add_live(language)
    above = page.get_parent()
    PageViewRestriction.objects.create(
        page=Page.objects.get(pk=above.pk if inherited else page.pk), restriction_type="login"
    )
    assert shown(api) == NOTHING
    alias = counterpart(page)
    admin.post("convert_alias", alias.pk)
    assert shown(api) == NOTHING
    admin.publish(alias, "Charla")
    assert shown(api) == NOTHING


@pytest.mark.parametrize("language", LANGUAGES)
def test_event_of_editor_is_in_no_language_until_published(
    admin: Admin, writer: Admin, api: ApiClient, language: str
) -> None:
    page = writer.add(language)
    assert shown(api) == NOTHING
    assert counterpart(page).alias_of_id == page.pk
    admin.publish(page)
    assert shown(api) == repeated(language)


@pytest.mark.parametrize("name", ["unpublish", "delete"])
@pytest.mark.parametrize("of_source", [True, False])
def test_editor_may_not_remove_what_is_live(
    admin: Admin, writer: Admin, api: ApiClient, name: str, *, of_source: bool
) -> None:
    page = admin.add_live("en")
    target = page if of_source else counterpart(page)
    url = reverse(f"wagtailadmin_pages:{name}", args=[target.pk])
    assert writer.client.post(url).status_code == 302
    assert shown(api) == repeated("en")
