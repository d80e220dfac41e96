"""The listing of events: what it shows, finds and sorts, and how many queries it needs."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from taggit.models import Tag
from wagtail.models import Locale

from content.admin.wording import when_text
from content.models import EventPage, SiteImage
from content.publishing import ensure_translations
from tests.content.admin.conftest import MakeEvent

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)


def listed(client: Client, **parameters: object) -> list[str]:
    """Titles in the order of the listing."""
    answer = client.get(reverse("content_events:index"), parameters)
    assert answer.status_code == 200
    return [page.title for page in answer.context["object_list"]]


def test_listing_shows_local_time_zone_type_status_language_and_state(
    as_editor: Client, make_event: MakeEvent, image: SiteImage
) -> None:
    make_event(
        "Taller de Git",
        starts_at=datetime(2027, 5, 4, 18, 30, tzinfo=ZoneInfo("Europe/Madrid")),
        timezone="Europe/Madrid",
        event_type="workshop",
        event_status="moved_online",
        cover=image,
    )
    page = as_editor.get(reverse("content_events:index")).content.decode()
    assert "Taller de Git" in page
    assert re.search(r"May 4, 2027, 6:30\s*p\.m\.", page)
    for words in ("Europe/Madrid", "Workshop", "Moved online", "English", "live"):
        assert words in page
    assert image.renditions.get(filter_spec="width-160|format-webp").url in page


def test_listing_is_ordered_by_date_and_can_be_turned(
    as_editor: Client, make_event: MakeEvent
) -> None:
    for title, days in (("Second", 2), ("First", 1), ("Third", 3)):
        make_event(title, starts_at=NOW + timedelta(days=days))
    assert listed(as_editor) == ["Third", "Second", "First"]
    assert listed(as_editor, ordering="starts_at") == ["First", "Second", "Third"]
    assert listed(as_editor, ordering="title") == ["First", "Second", "Third"]
    assert listed(as_editor, ordering="nonsense") == ["Third", "Second", "First"]


def test_filters_narrow_the_listing(as_editor: Client, make_event: MakeEvent) -> None:
    make_event("Past", starts_at=NOW - timedelta(days=400), event_type="talk", tag="Git")
    make_event("Soon", starts_at=NOW + timedelta(days=3), event_status="cancelled")
    make_event("Draft", starts_at=NOW + timedelta(days=3), draft=True)
    tag = Tag.objects.get(name="Git")
    assert listed(as_editor, when="past") == ["Past"]
    assert set(listed(as_editor, when="upcoming")) == {"Soon", "Draft"}
    assert listed(as_editor, event_type="talk") == ["Past"]
    assert listed(as_editor, event_status="cancelled") == ["Soon"]
    assert listed(as_editor, tag=tag.pk) == ["Past"]
    assert listed(as_editor, publication="draft") == ["Draft"]
    assert set(listed(as_editor, publication="live")) == {"Past", "Soon"}
    until = (NOW - timedelta(days=300)).date().isoformat()
    assert listed(as_editor, starts_at_to=until) == ["Past"]
    assert listed(as_editor, starts_at_from=until, when="past") == []


def test_publication_filter_finds_changed_scheduled_expired_and_submitted_events(
    as_editor: Client, make_event: MakeEvent
) -> None:
    changed, scheduled, expired, submitted = (
        make_event(title) for title in ("Changed", "Scheduled", "Expired", "Submitted")
    )
    changed.summary = "New words"
    changed.save_revision()
    scheduled.go_live_at = NOW + timedelta(days=1)
    scheduled.save_revision().publish()
    expired.unpublish(set_expired=True)
    submitted.save_revision()
    submitted.get_workflow().start(submitted, user=None)
    assert "Changed" in listed(as_editor, publication="changed")
    assert "Submitted" not in listed(as_editor, publication="draft")
    assert listed(as_editor, publication="scheduled") == ["Scheduled"]
    assert listed(as_editor, publication="expired") == ["Expired"]
    assert listed(as_editor, publication="moderation") == ["Submitted"]


def test_language_filter_separates_translations(as_editor: Client, make_event: MakeEvent) -> None:
    event = make_event("Meetup")
    ensure_translations(page=event)
    spanish = event.get_translation(Locale.objects.get(language_code="es"))
    answer = as_editor.get(reverse("content_events:index"), {"locale": "es"})
    assert [page.pk for page in answer.context["object_list"]] == [spanish.pk]
    assert "Language" in answer.content.decode()


def test_search_ignores_accents_and_combines_with_filters(
    as_editor: Client, make_event: MakeEvent
) -> None:
    make_event("Programación en Python", event_type="talk")
    make_event("Programación en Rust", event_type="workshop")
    assert len(listed(as_editor, q="programacion")) == 2
    assert listed(as_editor, q="programacion", event_type="talk") == ["Programación en Python"]
    assert listed(as_editor, q="ana", ordering="title")[0] == "Programación en Python"
    assert listed(as_editor, q="cobol") == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"when": "yesterday"},
        {"publication": "gone"},
        {"starts_at_from": "soon"},
        {"tag": "999999999999999999999"},
        {"event_type": "party"},
        {"q": "''"},
        {"p": "99"},
    ],
)
def test_listing_survives_senseless_parameters(
    as_editor: Client, make_event: MakeEvent, parameters: dict[str, str]
) -> None:
    make_event()
    listed(as_editor, **parameters)


def test_number_of_queries_does_not_depend_on_the_number_of_events(
    as_editor: Client, make_event: MakeEvent, image: SiteImage
) -> None:
    counts = []
    for total in (1, 12):
        while EventPage.objects.count() < total:
            make_event(f"Meetup {EventPage.objects.count()}", cover=image, tag="Git")
        as_editor.get(reverse("content_events:index"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            as_editor.get(reverse("content_events:index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_anonymous_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(reverse("content_events:index"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("wagtailadmin_login"))


@pytest.mark.parametrize("role", ["editor", "moderator"])
def test_members_may_add_events(role: str, client: Client, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(role))
    assert "Add event" in client.get(reverse("content_events:index")).content.decode()
    answer = client.get(reverse("content_events:choose_parent"))
    assert answer.status_code == 302
    assert "/add/content/eventpage/" in answer["Location"]


@pytest.mark.parametrize(
    ("start", "end", "all_day", "text"),
    [
        (datetime(2027, 3, 1, 0, 30, tzinfo=UTC), None, False, "28 de febrero de 2027, 18:30"),
        (
            datetime(2027, 3, 1, 0, tzinfo=UTC),
            datetime(2027, 3, 1, 2, tzinfo=UTC),
            False,
            "28 de febrero de 2027, 18:00 a 20:00",
        ),
        (
            datetime(2027, 3, 1, 6, tzinfo=UTC),
            datetime(2027, 3, 3, 5, 59, 59, tzinfo=UTC),
            True,
            "1 de marzo de 2027 a 2 de marzo de 2027",
        ),
    ],
)
def test_times_are_put_into_the_readers_language_in_the_events_zone(
    start: datetime, end: datetime | None, *, all_day: bool, text: str
) -> None:
    event = EventPage(starts_at=start, ends_at=end, all_day=all_day, timezone="America/Costa_Rica")
    with translation.override("es"):
        assert when_text(event) == text
