"""What is taken as meant, and what is not: tags, numbers, dates, languages, the feed."""

from http import HTTPStatus

import pytest
from wagtail.models import Page, PageViewRestriction

from content.api import calendar
from home.models import HomePage
from tests.contract.openapi import ApiClient
from tests.factories import in_hours, make_event
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def test_tags_are_the_same_in_any_case(site: object, api: ApiClient) -> None:
    make_event(slug="one", tags=["Python", "python", "PYTHON"])
    make_event(slug="two", tags=["python"])
    for name in ("python", "Python", "PYTHON"):
        answer = api.get("/api/events", {"tag": name, "order": "title"}).json()
        assert [item["tags"] for item in answer["items"]] == [["Python"], ["Python"]]


def test_numbers_and_dates_are_read_in_one_form_only(site: object, api: ApiClient) -> None:
    for parameter, value in (
        ("limit", "5.0"),
        ("limit", "+5"),
        ("limit", "\uff15"),
        ("offset", "1_0"),
        ("starts_after", "2026-W01"),
        ("starts_after", "20261122"),
        ("starts_after", "2026-11-22T10:00:00"),
        ("starts_before", "2026-13-01"),
        ("starts_before", "\uff12026-11-22"),
    ):
        assert_problem(api.get("/api/events", {parameter: value}), 400, parameters={parameter})
    for value in ("2026-11-22", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00-06:00"):
        assert api.get("/api/events", {"starts_after": value}).status_code == HTTPStatus.OK


def test_feed_keeps_what_goes_on_and_drops_what_ended_long_ago(
    site: object, api: ApiClient
) -> None:
    make_event(title="Long course", starts_at=in_hours(-24 * 40), ends_at=in_hours(24 * 40))
    make_event(title="Old talk", starts_at=in_hours(-24 * 31))
    make_event(title="Recent talk", starts_at=in_hours(-24 * 29))
    feed = api.get("/api/events.ics").content.decode()
    assert "SUMMARY:Long course" in feed
    assert "SUMMARY:Recent talk" in feed
    assert "SUMMARY:Old talk" not in feed


def test_feed_of_too_many_events_keeps_the_latest_in_order(
    site: object, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "FEED_MAX_EVENTS", 2)
    for number in (1, 2, 3):
        make_event(title=f"Day {number}", starts_at=in_hours(24 * number))
    feed = api.get("/api/events.ics").content.decode()
    assert "SUMMARY:Day 1" not in feed
    assert feed.index("SUMMARY:Day 2") < feed.index("SUMMARY:Day 3")


def test_site_offers_only_languages_whose_landing_page_is_public(
    site: object, api: ApiClient
) -> None:
    spanish = HomePage.objects.get(locale__language_code="es")

    def offered() -> list[str]:
        return [entry["code"] for entry in api.get("/api/v2/site/").json()["locales"]]

    assert offered() == ["en", "es"]
    restriction = PageViewRestriction.objects.create(page=spanish, restriction_type="login")
    assert offered() == ["en"]
    restriction.delete()
    Page.objects.filter(pk=spanish.pk).update(live=False)
    assert offered() == ["en"]
