"""Calendars, conferences and talks that nobody on the project wrote."""

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import vobject
from django.core.management import call_command
from wagtail.models import Locale

from content.calendar import event_calendar
from content.importing.checking import check_row
from content.importing.files import read_entries
from content.importing.mapping import event_row
from content.importing.rows import Entry, EventRow, RowRefusedError, UnreadableFileError
from content.importing.texts import rich_text
from content.models import EventPage, ImportedEvent
from tests.content.importing.real_rows import python_conference, talk, tech_conference

# Not for rows: a page asks for its content type as soon as it is made.
pytestmark = pytest.mark.django_db

Mapping = Callable[[dict[str, Any]], dict[str, Any]]

NO_ADDRESS = "registration_url: … is not a web address."
FILES: list[tuple[str, Mapping, int, dict[str, int]]] = [
    ("tech-conferences-2023-2027.json", tech_conference, 2858, {}),
    (
        "python-deadlines.json",
        python_conference,
        643,
        {"registration_url: … is not a web address.": 1},
    ),
    ("pyvideo-talks.json", talk, 659, {}),
]


def mapped(folder: Path, name: str, mapping: Mapping) -> list[dict[str, Any]]:
    return [mapping(row) for row in json.loads((folder / "events" / name).read_text())]


def read(entries: Iterable[Entry]) -> tuple[list[EventRow], Counter[str]]:
    rows, refused = [], Counter[str]()
    for entry in entries:
        try:
            row = event_row(entry, zone="UTC", source="test")
            check_row(row)
        except RowRefusedError as error:
            refused.update(re.sub(r"“[^”]*”|\d+", "…", reason) for reason in error.reasons)
        else:
            assert row.fields["title"]
            rows.append(row)
    return rows, refused


def run(path: Path) -> tuple[int, str]:
    output = io.StringIO()
    try:
        call_command("import_events", str(path), stdout=output)
    except SystemExit as ended:
        return int(str(ended.code)), output.getvalue()
    return 0, output.getvalue()


@pytest.mark.parametrize(("name", "mapping", "total", "expected"), FILES)
def test_every_row_is_an_event_or_a_refusal(
    shared_data: Path, name: str, mapping: Mapping, total: int, expected: dict[str, int]
) -> None:
    fields = mapped(shared_data, name, mapping)

    rows, refused = read(Entry(line, row) for line, row in enumerate(fields, start=1))

    assert refused == expected
    assert len(rows) + refused.total() == len(fields) == total
    for row in rows:
        assert rich_text(row.body) or not row.body


def test_every_calendar_gives_events_or_refusals(shared_data: Path) -> None:
    files = sorted((shared_data / "ical").rglob("*.ics"))
    entries: list[Entry] = []
    unreadable = []
    for path in files:
        try:
            entries += read_entries(path)
        except UnreadableFileError:
            unreadable.append(path.name)

    rows, refused = read(entries)

    assert len(files) == 155
    assert unreadable == ["fuzz_testcase_0_char_in_component_name.ics"]
    assert refused == {
        "DTSTART: it is missing.": 69,
        "DTSTART: it is not a date.": 3,
        "DTSTART: the time zone … is not known.": 1,
        "It has no title.": 19,
        "It changes one date of a repeating event.": 5,
    }
    assert len(rows) == 82
    assert len(entries) == 179


def test_every_talk_survives_the_calendar(shared_data: Path) -> None:
    fields = mapped(shared_data, "pyvideo-talks.json", talk)
    rows, _refused = read(Entry(line, row) for line, row in enumerate(fields, start=1))
    locale = Locale(language_code="en")
    events = [
        EventPage(locale=locale, finishes_at=row.fields["starts_at"], **row.fields) for row in rows
    ]

    content = event_calendar(
        events,
        name="Talks",
        source_url="https://cms.example.org/api/events.ics",
        html_url_of=lambda _event: "https://lab.example.org/events/",
    )

    assert max(map(len, content.split(b"\r\n"))) <= 75
    titles = [event.summary.value for event in vobject.readOne(content.decode()).vevent_list]
    assert titles == [row.title for row in rows]


@pytest.mark.usefixtures("site")
def test_sample_of_every_file_is_imported_once(shared_data: Path, tmp_path: Path) -> None:
    sample = []
    for name, mapping, _total, _refused in FILES:
        fields = mapped(shared_data, name, mapping)
        sample += fields[:: len(fields) // 5]
    languages = {}
    for row in json.loads((shared_data / "events" / "pyvideo-talks.json").read_text()):
        languages.setdefault(row.get("language"), talk(row))
    sample += [row for row in languages.values() if row not in sample]
    path = tmp_path / "sample.json"
    path.write_text(json.dumps(sample))

    for outcome in ("imported", "unchanged"):
        _code, output = run(path)
        assert f"{len(sample)} {outcome}" in output

    assert len(languages) >= 7
    assert ImportedEvent.objects.count() == len(sample)
    events = EventPage.objects.filter(locale__language_code="en", live=True)
    assert {event.title for event in events} == {row["title"].strip() for row in sample}
    assert len({event.slug for event in events}) == len(sample)
    assert EventPage.objects.filter(locale__language_code="es", live=True).count() == len(sample)


@pytest.mark.usefixtures("site")
def test_calendars_are_imported_once(shared_data: Path) -> None:
    expected = {
        "big_bad_calendar.ics": (0, 20),
        "created_calendar_with_unicode_fields.ics": (2, 1),
        "issue_313_globally_unique_tzid.ics": (3, 0),
        "multiple_calendar_components.ics": (3, 0),
        "rfc_7529.ics": (4, 0),
    }

    for name, (imported, refused) in expected.items():
        path = shared_data / "ical" / "calendars" / name
        first_code, first = run(path)
        second_code, second = run(path)

        assert f"{imported} imported, 0 changed, 0 unchanged" in first, name
        assert f"0 imported, 0 changed, {imported} unchanged" in second, name
        assert f" {refused} refused" in second, name
        assert first_code == second_code == (1 if refused else 0), name

    total = sum(imported for imported, _refused in expected.values())
    assert EventPage.objects.count() == 2 * total
