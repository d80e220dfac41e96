"""What is recorded when somebody works on pages in the admin: once for each change, only of what
visitors see.
"""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from wagtail.models import PageViewRestriction

from content.models import EventPage, StandardPage
from content.publishing import ensure_translations, publish
from content.scheduling import run_due
from home.models import HomePage
from integrations.webhooks.models import Endpoint, Message
from tests.content.admin.steps import Admin, in_language, make_due
from tests.factories import in_hours, make_standard_page
from tests.integrations.webhooks.conftest import MakeEndpoint, only_message, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _told(site: object, endpoint: Endpoint) -> None:
    """Somebody wants to know, and what made the site is forgotten."""
    Message.objects.all().delete()


def forget() -> None:
    Message.objects.all().delete()


def api(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def test_published_event_is_told_once_with_everything_that_shows_it(admin: Admin) -> None:
    event = admin.add_live("en")
    message = only_message()
    assert message.type == "page.published"
    assert (message.object_type, message.object_id) == ("content.EventPage", event.pk)
    assert message.locale == "en"
    assert message.paths[0] == "/events/meetup/"
    assert set(message.paths) == {
        *("/", "/events/", "/events/meetup/"),
        *("/es/", "/es/eventos/", "/es/eventos/meetup/"),
    }
    spanish = in_language("es")
    for pk in (event.pk, spanish.pk):
        assert api(f"/api/v2/events/{pk}/") in message.api_urls
        assert api(f"/api/v2/events/{pk}/calendar.ics") in message.api_urls
        assert {api(f"/api/events/{pk}"), api(f"/api/v2/pages/{pk}/")} <= set(message.api_urls)
    lists = ("/api/v2/events/", "/api/v2/pages/", "/api/events", "/api/events.ics")
    assert {api(path) for path in lists} <= set(message.api_urls)
    assert not message.is_truncated


def publish_draft(admin: Admin) -> EventPage:
    event = admin.add("en")
    admin.publish(event)
    return event


def publish_drafts(admin: Admin) -> EventPage:
    event = admin.add("en")
    admin.bulk("publish", event)
    return event


def publish_again(admin: Admin) -> EventPage:
    event = admin.add_live("en")
    admin.post("unpublish", event.pk)
    forget()
    admin.publish(event)
    return event


def publish_at_its_time(admin: Admin) -> EventPage:
    event = admin.add("en")
    admin.publish(event, go_live_at=in_hours(24).strftime("%Y-%m-%d %H:%M"))
    assert recorded() == []
    make_due(event)
    run_due()
    return event


@pytest.mark.parametrize("way", [publish_draft, publish_drafts, publish_again, publish_at_its_time])
def test_draft_that_goes_live_is_told_in_every_language(
    admin: Admin, way: Callable[[Admin], EventPage]
) -> None:
    event = way(admin)
    message = only_message()
    assert (message.type, message.object_id, message.locale) == ("page.published", event.pk, "en")
    assert message.paths[0] == "/events/meetup/"
    assert set(message.paths) == {
        *("/", "/events/", "/events/meetup/"),
        *("/es/", "/es/eventos/", "/es/eventos/meetup/"),
    }
    for pk in (event.pk, in_language("es").pk):
        assert api(f"/api/v2/events/{pk}/") in message.api_urls


def test_text_page_that_is_published_again_is_told_in_every_language(admin: Admin) -> None:
    page = make_standard_page(HomePage.objects.get(locale__language_code="en"), slug="about")
    ensure_translations(page=page)
    admin.bulk("unpublish", page)
    forget()
    admin.bulk("publish", page)
    assert {"/about/", "/es/about/"} <= set(only_message().paths)


def test_draft_and_autosave_are_not_told(admin: Admin) -> None:
    admin.add("en")
    assert recorded() == []


def test_draft_of_live_page_is_not_told(admin: Admin) -> None:
    event = admin.add_live("en")
    forget()
    admin.edit(event, title="Secret", slug="meetup")
    assert recorded() == []


def test_published_again_is_told_once(admin: Admin) -> None:
    event = admin.add_live("en")
    forget()
    admin.publish(event, title="Meetup, now in the park", slug="meetup")
    message = only_message()
    assert message.type == "page.published"
    assert {"/events/meetup/", "/es/eventos/meetup/"} <= set(message.paths)


def test_unpublished_event_is_told_once_with_its_alias(admin: Admin) -> None:
    event = admin.add_live("en")
    forget()
    admin.post("unpublish", event.pk)
    message = only_message()
    assert (message.type, message.object_id) == ("page.unpublished", event.pk)
    assert {"/events/meetup/", "/es/eventos/meetup/"} <= set(message.paths)


def test_deleted_event_is_told_once_with_its_alias(admin: Admin) -> None:
    event = admin.add_live("en")
    forget()
    admin.post("delete", event.pk)
    message = only_message()
    assert (message.type, message.object_id) == ("page.deleted", event.pk)
    assert {"/events/", "/events/meetup/", "/es/eventos/meetup/"} <= set(message.paths)
    assert api(f"/api/v2/events/{event.pk}/") in message.api_urls


def test_deleted_draft_is_not_told(admin: Admin) -> None:
    event = admin.add("en")
    admin.post("delete", event.pk)
    assert recorded() == []


def test_new_slug_tells_old_and_new_path(admin: Admin) -> None:
    event = admin.add_live("en")
    forget()
    admin.publish(event, slug="barcamp")
    told = [message for message in recorded() if message.type.startswith("page.")]
    (message,) = told
    assert message.type == "page.published"
    assert {"/events/meetup/", "/events/barcamp/"} <= set(message.paths)


def test_moved_branch_tells_old_and_new_paths_of_everything_below(
    admin: Admin, site: object
) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    old = make_standard_page(home, title="Old", slug="old")
    new = make_standard_page(home, title="New", slug="new")
    about = make_standard_page(old, title="About", slug="about")
    make_standard_page(about, title="Team", slug="team")
    make_standard_page(about, title="Plans", slug="plans", publish=False)
    forget()
    admin.post("move_confirm", about.pk, new.pk)
    message = only_message()
    assert (message.type, message.object_id) == ("page.moved", about.pk)
    paths = {"/old/about/", "/new/about/", "/old/about/team/", "/new/about/team/"}
    assert paths <= set(message.paths)
    assert not any("plans" in path for path in message.paths)


def test_deleted_branch_is_told_once(admin: Admin, site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    about = make_standard_page(home, title="About", slug="about")
    for number in range(3):
        make_standard_page(about, slug=f"part-{number}")
    forget()
    admin.post("delete", about.pk)
    message = only_message()
    assert (message.type, message.object_id) == ("page.deleted", about.pk)
    assert {"/about/", "/about/part-0/", "/about/part-2/"} <= set(message.paths)


def test_unpublished_with_what_is_below_is_told_once(admin: Admin, site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    about = make_standard_page(home, title="About", slug="about")
    make_standard_page(about, slug="team")
    forget()
    admin.post("unpublish", about.pk, data={"include_descendants": "on"})
    message = only_message()
    assert (message.type, message.object_id) == ("page.unpublished", about.pk)
    assert {"/about/", "/about/team/"} <= set(message.paths)


def test_restricted_page_is_told_as_withdrawn_and_then_no_more(admin: Admin, site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    about = make_standard_page(home, title="About", slug="about")
    team = make_standard_page(about, slug="team")
    forget()
    privacy = reverse("wagtailadmin_pages:set_privacy", args=[about.pk])
    form = {"restriction_type": "login", "password": "", "groups": []}
    assert admin.client.post(privacy, form).status_code == 200
    message = only_message()
    assert (message.type, message.object_id) == ("page.unpublished", about.pk)
    assert {"/about/", "/about/team/"} <= set(message.paths)
    forget()
    publish(instance=save(about, "New words"))
    publish(instance=save(team, "New words below"))
    team.move(home, pos="last-child")
    about.refresh_from_db()
    about.unpublish()
    assert [each.paths for each in recorded() if "/about/" in str(each.paths)] == []


def save(page: StandardPage, title: str) -> StandardPage:
    stored = StandardPage.objects.get(pk=page.pk)
    stored.title = title
    stored.save_revision()
    return stored


def test_opened_page_is_told_as_published(admin: Admin, site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    about = make_standard_page(home, title="About", slug="about")
    PageViewRestriction.objects.create(page=about, restriction_type="login")
    forget()
    privacy = reverse("wagtailadmin_pages:set_privacy", args=[about.pk])
    form = {"restriction_type": "none", "password": "", "groups": []}
    assert admin.client.post(privacy, form).status_code == 200
    message = only_message()
    assert (message.type, message.paths[0]) == ("page.published", "/about/")


def test_deleted_private_page_is_not_told(admin: Admin, site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    about = make_standard_page(home, title="About", slug="about")
    PageViewRestriction.objects.create(page=about, restriction_type="login")
    forget()
    admin.post("delete", about.pk)
    assert recorded() == []


def test_page_that_links_to_a_moved_page_is_told(admin: Admin, site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    contact = make_standard_page(home, title="Contact", slug="contact")
    text = f'<p><a linktype="page" id="{contact.pk}">Write to us</a></p>'
    body = [{"type": "rich_text", "value": text}]
    make_standard_page(home, title="About", slug="about", body=body)
    parent = make_standard_page(home, title="Office", slug="office")
    forget()
    admin.post("move_confirm", contact.pk, parent.pk)
    assert "/about/" in only_message().paths


def test_rolled_back_change_is_not_told(site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    with transaction.atomic():
        make_standard_page(home, slug="about")
        assert len(recorded()) == 1
        transaction.set_rollback(True)
    assert recorded() == []


def test_bulk_publish_tells_each_page_once(admin: Admin) -> None:
    first, second = admin.add("en", "First"), admin.add("en", "Second")
    admin.bulk("publish", first, second)
    assert {message.object_id for message in recorded()} == {first.pk, second.pk}
    assert len(recorded()) == 2


def test_large_branch_is_cut_and_says_so(admin: Admin, site: object) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    about = make_standard_page(home, title="About", slug="about")
    for number in range(210):
        make_standard_page(about, slug=f"part-{number}", publish=None)
    forget()
    admin.post("unpublish", about.pk)
    message = only_message()
    assert len(message.paths) == 200
    assert message.is_truncated


@pytest.mark.parametrize("state", ["disabled"])
def test_nothing_is_recorded_when_nobody_wants_it(
    admin: Admin, endpoint: Endpoint, make_endpoint: MakeEndpoint, state: str
) -> None:
    Endpoint.objects.update(state=state)
    make_endpoint(event_types=["site.changed"])
    admin.add_live("en")
    assert recorded() == []
