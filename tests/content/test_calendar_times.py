"""Times in iCalendar: zones, whole days, and hours that exist twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from content.calendar_zones import time_zone_component
from tests.content.calendars import an_event, encoded, parsed, parsed_by_vobject, parsed_event

# Not for rows: a page asks for its content type as soon as it is made.
pytestmark = pytest.mark.django_db


class TestTimes:
    def test_timed_event_has_local_times_of_its_zone(self) -> None:
        zone = ZoneInfo("America/Costa_Rica")
        start = datetime(2026, 11, 22, 18, tzinfo=zone)
        event = an_event(
            starts_at=start, ends_at=start + timedelta(hours=2), timezone="America/Costa_Rica"
        )

        content = encoded(event)

        assert b"DTSTART;TZID=America/Costa_Rica:20261122T180000\r\n" in content
        assert b"DTEND;TZID=America/Costa_Rica:20261122T200000\r\n" in content
        assert content.count(b"BEGIN:VTIMEZONE") == 1
        second = parsed_by_vobject(content).vevent
        assert second.dtstart.value == start
        assert second.dtend.value == start + timedelta(hours=2)

    def test_event_in_utc_needs_no_time_zone_component(self) -> None:
        start = datetime(2026, 11, 22, 18, tzinfo=UTC)

        content = encoded(an_event(starts_at=start, timezone="UTC"))

        assert b"DTSTART:20261122T180000Z\r\n" in content
        assert b"VTIMEZONE" not in content

    def test_time_zones_are_exactly_those_in_use(self) -> None:
        start = datetime(2026, 7, 1, 12, tzinfo=UTC)
        zones = ["Asia/Kathmandu", "Europe/Berlin", "Europe/Berlin", "UTC"]
        events = [an_event(starts_at=start, timezone=zone) for zone in zones]
        all_day = an_event(starts_at=start, timezone="Asia/Tokyo", all_day=True)

        calendar = Calendar.from_ical(encoded(*events, all_day))

        assert [zone["TZID"] for zone in calendar.timezones] == ["Asia/Kathmandu", "Europe/Berlin"]

    @pytest.mark.parametrize(
        ("ends_at", "expected_end"),
        [
            (None, None),
            (datetime(2026, 3, 28, 12, tzinfo=UTC), date(2026, 3, 29)),
            (datetime(2026, 3, 30, 12, tzinfo=UTC), date(2026, 3, 31)),
        ],
    )
    def test_all_day_event_ends_before_the_day_it_names(
        self, ends_at: datetime | None, expected_end: date | None
    ) -> None:
        event = an_event(
            starts_at=datetime(2026, 3, 28, 12, tzinfo=UTC),
            ends_at=ends_at,
            all_day=True,
            timezone="Europe/Berlin",
        )

        component = parsed_event(event)

        assert component["DTSTART"].dt == date(2026, 3, 28)
        assert component["DTSTART"].params["VALUE"] == "DATE"
        assert getattr(component.get("DTEND"), "dt", None) == expected_end

    def test_timed_event_without_an_end_has_none(self) -> None:
        start = datetime(2026, 11, 22, 18, tzinfo=UTC)

        assert "DTEND" not in parsed_event(an_event(starts_at=start))
        assert "DTEND" not in parsed_event(an_event(starts_at=start, ends_at=start))

    @pytest.mark.parametrize(
        ("zone", "starts_at"),
        [
            ("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2026, 3, 29, 1, 15, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
            ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 35, tzinfo=UTC)),
            ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
            ("Africa/Casablanca", datetime(2026, 2, 15, 2, 30, tzinfo=UTC)),
            ("Asia/Kathmandu", datetime(2026, 7, 1, 1, 0, tzinfo=UTC)),
            ("America/St_Johns", datetime(2026, 11, 1, 4, 45, tzinfo=UTC)),
            ("Pacific/Apia", datetime(2026, 1, 1, 10, 30, tzinfo=UTC)),
        ],
    )
    def test_instants_around_a_change_of_clocks_survive_both_parsers(
        self, zone: str, starts_at: datetime
    ) -> None:
        ends_at = starts_at + timedelta(hours=3)
        event = an_event(starts_at=starts_at, ends_at=ends_at, timezone=zone)

        content = encoded(event)

        first, second = parsed(content)[0], parsed_by_vobject(content).vevent
        for start, end in (
            (first["DTSTART"].dt, first["DTEND"].dt),
            (second.dtstart.value, second.dtend.value),
        ):
            assert start.astimezone(UTC) == starts_at
            assert end.astimezone(UTC) == ends_at

    @pytest.mark.parametrize(
        "zone",
        [
            "Europe/Berlin",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "America/Santiago",
            "Asia/Kathmandu",
            "Europe/Dublin",
            "Antarctica/Troll",
            "Asia/Gaza",
        ],
    )
    def test_time_zone_component_changes_when_the_zone_does(self, zone: str) -> None:
        """RFC 5545, 3.6.5: an onset is told by the clocks as they were before it."""
        component = time_zone_component(zone, 2020, 2030)

        for observance in component.subcomponents:
            before = observance["TZOFFSETFROM"].td
            after = observance["TZOFFSETTO"].td
            repeated = observance.get("RDATE")
            onsets = [observance["DTSTART"].dt, *(item.dt for item in getattr(repeated, "dts", []))]
            for onset in onsets[0 if before != after else 1 :]:
                instant = (onset - before).replace(tzinfo=UTC)
                earlier = (instant - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
                assert earlier.utcoffset() == before
                assert instant.astimezone(ZoneInfo(zone)).utcoffset() == after
