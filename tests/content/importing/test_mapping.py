from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from content.importing.mapping import NAMES, event_row, unused_names
from content.importing.rows import Entry, EventRow, RowRefusedError

GOOD = {"title": "Open evening", "starts_at": "2026-11-22 18:00"}


def row(**fields: Any) -> EventRow:
    entry = Entry(line=1, fields={**GOOD, **fields})
    return event_row(entry, zone="America/Costa_Rica", source="list")


def reasons(**fields: Any) -> list[str]:
    with pytest.raises(RowRefusedError) as caught:
        row(**fields)
    return list(caught.value.reasons)


class TestTimes:
    def test_time_without_offset_is_local(self) -> None:
        fields = row(ends_at="2026-11-22 20:00").fields

        assert fields["starts_at"] == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
        assert fields["ends_at"] == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        assert fields["timezone"] == "America/Costa_Rica"
        assert fields["all_day"] is False

    def test_zone_of_the_row_comes_before_the_default(self) -> None:
        fields = row(timezone="Europe/Berlin").fields

        assert fields["starts_at"] == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)

    def test_offset_of_a_time_comes_before_any_zone(self) -> None:
        fields = row(starts_at="2026-11-22T18:00:00+09:00", timezone="Europe/Berlin").fields

        assert fields["starts_at"] == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
        assert fields["timezone"] == "Europe/Berlin"

    def test_dates_alone_are_whole_days(self) -> None:
        fields = row(starts_at="2026-11-22", ends_at="2026-11-23").fields

        zone = ZoneInfo("America/Costa_Rica")
        assert fields["all_day"] is True
        assert fields["starts_at"] == datetime(2026, 11, 22, tzinfo=zone)
        assert fields["ends_at"] == datetime(2026, 11, 23, 23, 59, 59, tzinfo=zone)

    def test_end_before_start_is_refused(self) -> None:
        assert reasons(ends_at="2026-11-22 17:00") == [
            "ends_at: the event cannot end before it starts."
        ]

    def test_unknown_zone_is_refused(self) -> None:
        assert "Mars/Olympus" in reasons(timezone="Mars/Olympus")[0]


class TestValues:
    def test_all_problems_of_a_row_come_at_once(self) -> None:
        assert reasons(
            title=" ",
            starts_at="soon",
            capacity="many",
            is_free="perhaps",
            event_type="party",
            registration_url="javascript:alert(1)",
            organizer={"url": "nowhere"},
            venue={"latitude": "1e400"},
            speakers=[{"bio": "Somebody"}],
            sessions="none",
        ) == [
            "It has no title.",
            "event_type: “party” is none of talk, workshop, meetup, conference, hackathon, "
            "webinar, course, other.",
            "organizer_url: “nowhere” is not a web address.",
            "starts_at: “soon” is not a date.",
            "venue_latitude: “1e400” is not a number.",
            "capacity: “many” is not a number.",
            "registration_url: “javascript:alert(1)” is not a web address.",
            "is_free: “perhaps” is neither yes nor no.",
            "speakers[1].name: it is missing.",
            "sessions: it has to be a list of sessions.",
        ]

    @pytest.mark.parametrize("name", sorted(NAMES))
    @pytest.mark.parametrize(
        "value", [[], {}, None, 1.5, True, ["x"], {"a": {"b": []}}, "x" * 9999, "\x00", "\ud800"]
    )
    def test_value_of_any_type_is_read_or_refused(self, name: str, value: Any) -> None:
        entry = Entry(line=1, fields={**GOOD, name: value})
        outcome: EventRow | RowRefusedError
        try:
            outcome = event_row(entry, zone="UTC", source="list")
        except RowRefusedError as error:
            outcome = error

        assert outcome.uid if isinstance(outcome, EventRow) else outcome.reasons

    def test_part_can_be_an_object_flat_or_a_text(self) -> None:
        as_object = row(venue={"name": "Casa Lab", "city": "San José"})
        flat = row(venue_name="Casa Lab", venue_city="San José")
        mixed = row(venue="Casa Lab", venue_city="San José")

        assert as_object.fields == flat.fields == mixed.fields
        assert flat.fields["venue_name"] == "Casa Lab"

    def test_price_makes_an_event_not_free(self) -> None:
        fields = row(price={"amount": 12.5, "currency": "usd"}).fields

        assert fields["is_free"] is False
        assert fields["price_amount"] == Decimal("12.50")
        assert fields["price_currency"] == "USD"

    def test_price_of_nothing_is_free(self) -> None:
        fields = row(price={"amount": "0", "currency": "USD"}).fields

        assert (fields["is_free"], fields["price_amount"], fields["price_currency"]) == (
            True,
            None,
            "",
        )

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({}, "offline"),
            ({"online_url": "https://example.org/"}, "online"),
            ({"online_url": "https://example.org/", "venue": "Casa Lab"}, "mixed"),
            ({"online_url": "https://example.org/", "attendance_mode": "Offline"}, "offline"),
        ],
    )
    def test_attendance_follows_from_the_places(
        self, fields: dict[str, Any], expected: str
    ) -> None:
        assert row(**fields).fields["attendance_mode"] == expected

    def test_names_separated_by_commas_are_a_list(self) -> None:
        result = row(tags="python, Django,python", speakers="Ana; Luis, PhD")

        assert result.tags == ["python", "Django"]
        assert [speaker["name"] for speaker in result.speakers] == ["Ana", "Luis, PhD"]

    def test_long_text_is_cut_and_said(self) -> None:
        result = row(summary="word " * 100, speakers=[{"name": "n" * 200}])

        assert len(result.fields["summary"]) <= 300
        assert result.fields["summary"].endswith("word…")
        assert result.notes == (
            "summary was cut to 300 characters.",
            "speakers[1].name was cut to 120 characters.",
        )

    def test_names_without_a_meaning_are_told(self) -> None:
        entries = [Entry(1, {**GOOD, "venue_city": "x", "venue_colour": "x", "start": "x"})]

        assert unused_names(entries) == ["start", "venue_colour"]


class TestIdentity:
    def test_uid_of_the_file_is_kept(self) -> None:
        assert row(uid="a@example.org", id=7).uid == "a@example.org"

    def test_id_is_one_of_its_list(self) -> None:
        assert row(id=7).uid == "list:7"

    def test_long_uid_is_shortened_without_losing_its_difference(self) -> None:
        uids = {row(uid="x" * 300).uid, row(uid="x" * 301).uid}

        assert len(uids) == 2
        assert max(map(len, uids)) <= 255

    def test_without_uid_title_start_and_address_are_the_identity(self) -> None:
        same = row(summary="Another summary")
        others = [
            row(title="Other"),
            row(starts_at="2026-11-23"),
            row(registration_url="https://example.org/"),
        ]

        assert row().uid == same.uid
        assert row().checksum != same.checksum
        assert len({row().uid, *(other.uid for other in others)}) == 4
