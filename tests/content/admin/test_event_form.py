"""The form of an event: times of its own zone, and messages where the mistake is."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail.users.models import UserProfile

from cms.models import User
from content.models import EventIndexPage, EventPage, Session
from tests.content.admin.conftest import MakeEvent

pytestmark = pytest.mark.django_db

SESSION = {"title": "Opening", "starts_at": "", "ends_at": "", "speaker_names": ""}


def form_data(*, sessions: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "Meetup",
            "slug": "meetup",
            "starts_at": "2027-05-04 18:30",
            "timezone": "Europe/Madrid",
            "event_type": "meetup",
            "event_status": "scheduled",
            "attendance_mode": "offline",
            "is_free": "on",
            "body": streamfield([]),
            "speakers": inline_formset([]),
            "sessions": inline_formset(sessions or []),
            "comments": inline_formset([]),
            **fields,
        }
    )


def add(client: Client, **fields: Any) -> Any:
    index = EventIndexPage.objects.get(locale__language_code="en")
    url = reverse("wagtailadmin_pages:add", args=["content", "eventpage", index.pk])
    return client.post(url, form_data(**fields))


def created(client: Client, **fields: Any) -> EventPage:
    answer = add(client, **fields)
    assert answer.status_code == 302, answer.context["form"].errors
    return EventPage.objects.get(locale__language_code="en")


def errors(client: Client, **fields: Any) -> dict[str, list[str]]:
    answer = add(client, **fields)
    assert answer.status_code == 200
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


def test_times_are_typed_in_the_zone_of_the_event(as_editor: Client) -> None:
    session = {**SESSION, "starts_at": "2027-05-04 19:00", "ends_at": "2027-05-04 19:45"}
    event = created(as_editor, ends_at="2027-05-04 21:00", sessions=[session])
    zone = ZoneInfo("Europe/Madrid")
    assert event.starts_at == datetime(2027, 5, 4, 18, 30, tzinfo=zone)
    assert event.ends_at == datetime(2027, 5, 4, 21, 0, tzinfo=zone)
    assert event.sessions.get().starts_at == datetime(2027, 5, 4, 19, 0, tzinfo=zone)


def test_editor_in_another_zone_sees_and_keeps_the_times_of_the_event(
    as_editor: Client, editor: User
) -> None:
    profile = UserProfile.get_for_user(editor)
    profile.current_time_zone = "Asia/Tokyo"
    profile.save()
    event = created(as_editor, sessions=[{**SESSION, "starts_at": "2027-05-04 19:00"}])
    url = reverse("wagtailadmin_pages:edit", args=[event.pk])
    page = as_editor.get(url).content.decode()
    assert 'value="2027-05-04 18:30"' in page
    assert 'value="2027-05-04 19:00"' in page
    session = {**SESSION, "starts_at": "2027-05-04 19:00", "id": event.sessions.get().pk}
    data = form_data()
    data |= nested_form_data({"sessions": inline_formset([session], initial=1)})
    assert as_editor.post(url, data).status_code == 302
    draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    assert draft.starts_at == event.starts_at
    assert draft.sessions.get().starts_at == event.sessions.get().starts_at


def test_opening_and_saving_without_a_change_finds_no_change(
    as_editor: Client, make_event: MakeEvent
) -> None:
    event = make_event(
        starts_at=datetime(2027, 5, 4, 18, 30, tzinfo=UTC), timezone="Pacific/Auckland"
    )
    form = as_editor.get(reverse("wagtailadmin_pages:edit", args=[event.pk])).context["form"]
    assert form.initial["starts_at"] == event.starts_at
    assert not form.fields["starts_at"].has_changed(event.starts_at, "2027-05-05 06:30")
    assert form.fields["starts_at"].has_changed(event.starts_at, "2027-05-05 06:31")


def test_time_that_the_clocks_skip_is_explained(as_editor: Client) -> None:
    found = errors(as_editor, starts_at="2027-03-28 02:30")
    assert list(found) == ["starts_at"]
    assert "The clocks go forward then: 2:30 a.m. does not exist" in found["starts_at"][0]
    assert "Europe/Madrid" in found["starts_at"][0]


def test_time_that_the_clocks_show_twice_is_the_first(as_editor: Client) -> None:
    event = created(as_editor, starts_at="2027-10-31 02:30")
    assert event.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("fold", [0, 1])
def test_saving_an_untouched_form_keeps_the_instant_of_a_time_shown_twice(
    as_editor: Client, make_event: MakeEvent, fold: int
) -> None:
    zone = ZoneInfo("Europe/Madrid")
    starts_at = datetime(2027, 10, 31, 2, 30, 15, fold=fold, tzinfo=zone).astimezone(UTC)
    event = make_event(starts_at=starts_at, timezone="Europe/Madrid")
    event.sessions = [Session(title="Opening", starts_at=starts_at)]
    event.save_revision().publish()
    url = reverse("wagtailadmin_pages:edit", args=[event.pk])
    form = as_editor.get(url).context["form"]
    shown = form["starts_at"].value().strftime("%Y-%m-%d %H:%M")
    assert shown == "2027-10-31 02:30"
    assert not form.fields["starts_at"].has_changed(starts_at, shown)

    session = {**SESSION, "starts_at": shown, "id": Session.objects.get().pk}
    data = form_data(starts_at=shown, slug=event.slug)
    data |= nested_form_data({"sessions": inline_formset([session], initial=1)})
    assert as_editor.post(url, data).status_code == 302

    draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    assert draft.starts_at == starts_at
    assert draft.sessions.get().starts_at == starts_at


def test_time_next_to_the_stored_one_is_taken_as_typed(
    as_editor: Client, make_event: MakeEvent
) -> None:
    zone = ZoneInfo("Europe/Madrid")
    starts_at = datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=zone).astimezone(UTC)
    event = make_event(starts_at=starts_at, timezone="Europe/Madrid")
    url = reverse("wagtailadmin_pages:edit", args=[event.pk])
    data = form_data(starts_at="2027-10-31 02:31", slug=event.slug)
    assert as_editor.post(url, data).status_code == 302
    draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    assert draft.starts_at == datetime(2027, 10, 31, 0, 31, tzinfo=UTC)


@pytest.mark.parametrize("all_day", ["", "on"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
@pytest.mark.parametrize("time", ["1970-01-01 00:00", "2200-12-31 23:59"])
def test_first_and_last_times_that_can_be_typed_are_kept(
    as_editor: Client, time: str, zone: str, all_day: str
) -> None:
    event = created(as_editor, starts_at=time, ends_at=time, timezone=zone, all_day=all_day)
    assert event.local_starts_at.date().isoformat() == time[:10]
    assert event.finishes_at.astimezone(event.zone).date().isoformat() == time[:10]


@pytest.mark.parametrize("all_day", ["", "on"])
@pytest.mark.parametrize(
    "time", ["0001-01-01 00:00", "1969-12-31 23:59", "2201-01-01 00:00", "9999-12-31 23:59"]
)
def test_year_that_nobody_means_is_explained_at_its_field(
    as_editor: Client, time: str, all_day: str
) -> None:
    words = ["Check the year: it has to be between 1970 and 2200."]
    assert errors(as_editor, starts_at=time, all_day=all_day) == {"starts_at": words}
    assert errors(as_editor, ends_at=time, all_day=all_day) == {"ends_at": words}
    answer = add(as_editor, sessions=[{**SESSION, "starts_at": time}])
    [session] = answer.context["form"].formsets["sessions"].forms
    assert session.errors["starts_at"] == words
    assert not EventPage.objects.exists()


@pytest.mark.parametrize("year", [1, 1969, 2201, 9999])
def test_year_that_nobody_means_is_refused_without_a_form_too(year: int) -> None:
    moment = datetime(year, 7, 1, tzinfo=UTC)
    for fields in (
        {"starts_at": moment, "all_day": True},
        {"starts_at": datetime(2027, 5, 4, tzinfo=UTC), "ends_at": moment},
    ):
        event = EventPage(title="Meetup", slug="meetup", timezone="Asia/Tokyo", **fields)
        with pytest.raises(ValidationError) as refused:
            event.full_clean()
        assert "between 1970 and 2200" in str(refused.value)


def test_all_day_event_spans_whole_days_of_its_zone(as_editor: Client) -> None:
    event = created(as_editor, all_day="on", ends_at="2027-05-05 10:00")
    assert event.local_starts_at.isoformat() == "2027-05-04T00:00:00+02:00"
    assert event.finishes_at == datetime(2027, 5, 5, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"ends_at": "2027-05-04 18:00"}, "ends_at", "cannot end before it starts"),
        ({"timezone": "Madrid"}, "timezone", "is not a time zone"),
        ({"timezone": "../../etc/passwd"}, "timezone", "is not a time zone"),
        ({"starts_at": "tomorrow"}, "starts_at", "valid date/time"),
        ({"starts_at": ""}, "starts_at", "required"),
        ({"price_amount": "10", "price_currency": "EUR"}, "price_amount", "free of charge"),
        ({"price_amount": "10", "is_free": ""}, "price_currency", "Choose the currency"),
        ({"price_currency": "EUR", "is_free": ""}, "price_amount", "Type the price"),
        ({"price_currency": "EUR"}, "price_amount", "Type the price"),
        ({"price_amount": "-1", "price_currency": "EUR", "is_free": ""}, "price_amount", "0"),
        ({"venue_latitude": "9.9"}, "venue_longitude", "both latitude and longitude"),
        ({"venue_longitude": "9.9"}, "venue_latitude", "both latitude and longitude"),
        ({"venue_latitude": "91", "venue_longitude": "1"}, "venue_latitude", "90"),
        ({"capacity": "0"}, "capacity", "1"),
        ({"online_url": "javascript:alert(1)"}, "online_url", "URL"),
        ({"summary": "x" * 301}, "summary", "300"),
    ],
)
def test_mistake_is_explained_at_its_field(
    as_editor: Client, fields: dict[str, str], field: str, words: str
) -> None:
    found = errors(as_editor, **fields)
    assert field in found
    assert words in found[field][0]
    assert not EventPage.objects.exists()


@pytest.mark.parametrize(
    ("times", "field", "words"),
    [
        ({"ends_at": "2027-05-04 19:00"}, "starts_at", "Say when the session starts"),
        (
            {"starts_at": "2027-05-04 19:00", "ends_at": "2027-05-04 18:00"},
            "ends_at",
            "A session cannot end before it starts",
        ),
        ({"starts_at": "2027-03-28 02:30"}, "starts_at", "does not exist"),
    ],
)
def test_mistake_in_a_session_is_explained_in_that_session(
    as_editor: Client, times: dict[str, str], field: str, words: str
) -> None:
    answer = add(as_editor, sessions=[SESSION, {**SESSION, **times}])
    assert answer.status_code == 200
    first, second = answer.context["form"].formsets["sessions"].forms
    assert not first.errors
    assert words in second.errors[field][0]
    assert list(second.errors) == [field]
    assert not Session.objects.exists()


def test_mistake_in_a_block_is_explained_in_that_block(as_editor: Client) -> None:
    block = ("embed", {"url": "https://example.org/video", "title": "Video"})
    answer = add(as_editor, body=streamfield([block]))
    assert answer.status_code == 200
    assert "This platform cannot be embedded" in answer.content.decode()


def test_versions_are_compared_in_local_time(as_editor: Client) -> None:
    event = created(as_editor)
    first = event.latest_revision
    event.starts_at = datetime(2027, 5, 4, 20, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    second = event.save_revision()
    url = reverse("wagtailadmin_pages:revisions_compare", args=[event.pk, first.pk, second.pk])
    page = as_editor.get(url).content.decode()
    assert "May 4, 2027, 6:30 p.m. (Europe/Madrid)" in page
    assert "May 4, 2027, 8:30 p.m. (Europe/Madrid)" in page
    assert "+00:00" not in page
