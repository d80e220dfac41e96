from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from content.importing.files import read_entries
from content.importing.rows import Entry, UnreadableFileError

EVENT = (
    "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Open evening\r\nDTSTART:20261122T180000Z\r\nEND:VEVENT\r\n"
)


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(name: str, content: str | bytes) -> list[Entry]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_entries(path)

    return read


def vevent(*lines: str) -> str:
    return EVENT.replace("SUMMARY", "\r\n".join([*lines, "SUMMARY"]))


class TestFile:
    def test_file_of_an_unknown_kind_is_refused(self, read: Any) -> None:
        with pytest.raises(UnreadableFileError, match="--format"):
            read("events.xlsx", "")

    def test_missing_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="No such file"):
            read_entries(tmp_path / "events.csv")

    def test_letters_in_another_encoding_are_refused(self, read: Any) -> None:
        with pytest.raises(UnreadableFileError, match="UTF-8"):
            read("events.csv", "title,starts_at\nCafé,2026-11-22".encode("latin-1"))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_every_form_of_unicode_is_read(self, read: Any, encoding: str) -> None:
        entries = read("events.csv", "title,starts_at\nCafé,2026-11-22".encode(encoding))

        assert entries == [Entry(2, {"title": "Café", "starts_at": "2026-11-22"})]


class TestCsv:
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_separator_is_that_of_the_first_line(self, read: Any, separator: str) -> None:
        table = "Title,Starts at,Venue-City\nA,2026-11-22,x\n".replace(",", separator)

        [entry] = read("events.csv", table)

        assert entry.fields == {"title": "A", "starts_at": "2026-11-22", "venue_city": "x"}

    def test_line_is_that_of_the_file_also_after_a_cell_of_several_lines(self, read: Any) -> None:
        entries = read("e.csv", 'title,starts_at,body\nA,2026-11-22,"x\ny\n"\n\nB,2026-11-23\n')

        assert [(entry.line, entry.fields["title"]) for entry in entries] == [(2, "A"), (6, "B")]

    def test_first_line_without_the_needed_names_is_refused(self, read: Any) -> None:
        with pytest.raises(UnreadableFileError, match=r"It lacks: starts_at\."):
            read("events.csv", "title,start\nA,2026-11-22\n")

    def test_empty_file_is_refused(self, read: Any) -> None:
        with pytest.raises(UnreadableFileError, match="It lacks: title, starts_at"):
            read("events.csv", "")

    def test_row_with_too_many_cells_is_refused_and_the_next_is_read(self, read: Any) -> None:
        bad, good = read("events.csv", "title,starts_at\nA,B,C\nD,2026-11-22\n")

        assert bad == Entry(2, refused=("It has 3 cells, but the first line names 2 columns.",))
        assert good.fields["title"] == "D"

    def test_cell_beyond_all_measure_is_refused_and_the_next_is_read(self, read: Any) -> None:
        entries = read("e.csv", f"title,starts_at\n{'x' * 200_000},2026-11-22\nD,2026-11-22\n")

        assert entries[0].refused
        assert entries[-1].fields["title"] == "D"


class TestJson:
    @pytest.mark.parametrize("form", ["[%s]", '{"items": [%s]}', '{"meta": {}, "events": [%s]}'])
    def test_list_is_found(self, read: Any, form: str) -> None:
        entries = read("events.json", form % '{"title": "A"}, 7, {"title": "B"}')

        assert [entry.line for entry in entries] == [1, 2, 3]
        assert entries[0].fields == {"title": "A"}
        assert entries[1].refused == ("It is not an object with named values.",)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("", "line 1"),
            ('[\n{"title": "A",}]', "line 2, column 15"),
            ("7", "list of events"),
            ("{}", "list of events"),
            ("[" * 100_000, "JSON"),
            ("[" + "9" * 5000 + "]", "JSON"),
        ],
    )
    def test_other_content_is_refused(self, read: Any, content: str, reason: str) -> None:
        with pytest.raises(UnreadableFileError, match=reason):
            read("events.json", content)


class TestICalendar:
    def test_file_without_a_component_is_refused(self, read: Any) -> None:
        with pytest.raises(UnreadableFileError, match="BEGIN:VCALENDAR"):
            read("events.ics", "title,starts_at")

    def test_broken_event_spoils_no_other(self, read: Any) -> None:
        calendar = (
            "BEGIN:VCALENDAR\r\n"
            + vevent().replace("DTSTART:2026", "DTSTART:20x6")
            + "BEGIN:VEVENT\r\nSUMMARY:No end\r\n"
            + vevent()
            + "END:VCALENDAR\r\n"
        )

        entries = read("events.ics", calendar)

        assert [entry.line for entry in entries] == [2, 7, 9]
        assert [entry.refused for entry in entries] == [
            ("DTSTART: it is not a date.",),
            ("The event has no end (END:VEVENT).",),
            (),
        ]

    def test_event_has_what_we_have_fields_for(self, read: Any) -> None:
        [entry] = read(
            "events.ics",
            vevent(
                "DTEND:20261122T200000Z", "DESCRIPTION:One\\nTwo\\, three", "LOCATION:Casa Lab",
                "GEO:9.93;-84.08", "URL:https://example.org/", "CATEGORIES:a\\,b,c", "CATEGORIES:d",
                "CONFERENCE;VALUE=URI:https://meet.example.org/", "STATUS:CANCELLED",
                'ORGANIZER;CN="Ana, of the lab":mailto:ana@example.org',
                "ATTENDEE:mailto:guest@example.org",
            ),
        )  # fmt: skip

        assert entry.fields == {
            "uid": "1",
            "title": "Open evening",
            "body": "One\nTwo, three",
            "venue_name": "Casa Lab",
            "venue_latitude": "9.930000",
            "venue_longitude": "-84.080000",
            "online_url": "https://meet.example.org/",
            "registration_url": "https://example.org/",
            "organizer_name": "Ana, of the lab",
            "tags": ["a,b", "c", "d"],
            "starts_at": datetime(2026, 11, 22, 18, tzinfo=UTC),
            "ends_at": datetime(2026, 11, 22, 20, tzinfo=UTC),
            "all_day": False,
            "timezone": "",
            "event_status": "cancelled",
        }
        assert "example.org" not in entry.fields["organizer_name"]

    def test_mail_address_never_becomes_public(self, read: Any) -> None:
        [entry] = read("events.ics", vevent("ORGANIZER;CN=ana@example.org:mailto:ana@example.org"))

        assert "ana@" not in str(entry)

    @pytest.mark.parametrize(
        ("end", "last_day"),
        [
            ("DTEND;VALUE=DATE:20261124", date(2026, 11, 23)),
            ("DTEND;VALUE=DATE:20261122", None),
            ("DURATION:P2D", date(2026, 11, 23)),
            ("X-NONE:1", None),
        ],
    )
    def test_end_of_whole_days_is_the_last_one(
        self, read: Any, end: str, last_day: date | None
    ) -> None:
        calendar = vevent(end).replace("DTSTART:20261122T180000Z", "DTSTART;VALUE=DATE:20261122")

        [entry] = read("events.ics", calendar)

        assert entry.fields["starts_at"] == date(2026, 11, 22)
        assert entry.fields["all_day"] is True
        assert entry.fields.get("ends_at") == last_day

    @pytest.mark.parametrize(
        ("zone", "expected"),
        [
            ("Europe/Berlin", "Europe/Berlin"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("/example.org/Europe/Berlin", "Europe/Berlin"),
        ],
    )
    def test_time_zone_is_recognised(self, read: Any, zone: str, expected: str) -> None:
        calendar = vevent().replace(
            "DTSTART:20261122T180000Z", f"DTSTART;TZID={zone}:20261122T180000"
        )

        [entry] = read("events.ics", calendar)

        assert entry.fields["timezone"] == expected
        assert entry.fields["starts_at"].astimezone(UTC) == datetime(2026, 11, 22, 17, tzinfo=UTC)

    def test_time_zone_of_the_file_itself_gives_the_instant(self, read: Any) -> None:
        zone = (
            "BEGIN:VTIMEZONE\r\nTZID:Lab time\r\nBEGIN:STANDARD\r\nDTSTART:20000101T000000\r\n"
            "TZOFFSETFROM:-0330\r\nTZOFFSETTO:-0330\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        )
        calendar = (
            "X-WR-TIMEZONE:America/Bogota\r\n"
            + zone
            + vevent().replace("DTSTART:20261122T180000Z", "DTSTART;TZID=Lab time:20261122T180000")
        )

        [entry] = read("events.ics", calendar)

        assert entry.fields["starts_at"] == datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
        assert entry.fields["timezone"] == "America/Bogota"

    @pytest.mark.parametrize(
        ("lines", "reason"),
        [
            (["CLASS:PRIVATE"], "It is marked as private."),
            (["RECURRENCE-ID:20261122T180000Z"], "It changes one date of a repeating event."),
        ],
    )
    def test_what_is_no_public_event_is_refused(
        self, read: Any, lines: list[str], reason: str
    ) -> None:
        [entry] = read("events.ics", vevent(*lines))

        assert entry.refused == (reason,)

    def test_unknown_time_zone_is_refused(self, read: Any) -> None:
        calendar = vevent().replace("DTSTART:20261122T180000Z", "DTSTART;TZID=Mars:20261122T180000")

        [entry] = read("events.ics", calendar)

        assert entry.refused == ("DTSTART: the time zone “Mars” is not known.",)

    def test_repeating_event_says_that_one_date_is_imported(self, read: Any) -> None:
        [entry] = read("events.ics", vevent("RRULE:FREQ=WEEKLY"))

        assert entry.notes == ("It repeats: only its first date is imported.",)
