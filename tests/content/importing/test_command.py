"""``manage.py import_events`` on a site: what it stores, reports and leaves alone."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import PageLogEntry, Revision

from content.models import EventPage, ImportedEvent
from content.search import matching
from tests.factories import make_event

pytestmark = pytest.mark.usefixtures("site")

Run = Callable[..., tuple[int, str]]

OPEN_EVENING = {
    "uid": "open-evening@example.org",
    "title": "Café abierto",
    "starts_at": "2026-11-22T18:00:00-06:00",
    "timezone": "America/Costa_Rica",
    "body": "Bring a laptop.\n\nAnd a <friend>.",
    "tags": ["python"],
    "speakers": [{"name": "Ana", "role": "Developer"}, "Luis"],
    "sessions": [{"title": "Welcome", "starts_at": "2026-11-22T18:15:00", "speakers": "Ana, Luis"}],
}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(rows: Any, *arguments: str, name: str = "events.json") -> tuple[int, str]:
        path = tmp_path / name
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
        output = io.StringIO()
        try:
            call_command("import_events", str(path), *arguments, stdout=output, no_color=True)
        except SystemExit as ended:
            return int(str(ended.code)), output.getvalue()
        return 0, output.getvalue()

    return run


def english_events() -> list[EventPage]:
    return list(EventPage.objects.filter(locale__language_code="en").order_by("pk"))


def only_event() -> EventPage:
    [event] = english_events()
    return event


class TestImport:
    def test_good_row_becomes_a_published_event_in_every_language(self, run: Run) -> None:
        code, output = run([OPEN_EVENING])

        assert code == 0
        assert "1 imported, 0 changed, 0 unchanged" in output
        event = only_event()
        assert event.live is True
        assert event.title == "Café abierto"
        assert event.slug == "café-abierto"
        assert event.starts_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
        assert str(event.body[0].value) == "<p>Bring a laptop.</p><p>And a &lt;friend&gt;.</p>"
        assert [tag.name for tag in event.tags.all()] == ["python"]
        assert [speaker.name for speaker in event.speakers.all()] == ["Ana", "Luis"]
        session = event.sessions.get()
        assert session.starts_at == datetime(2026, 11, 23, 0, 15, tzinfo=UTC)
        assert session.speakers == ["Ana", "Luis"]
        [alias] = event.aliases.all()
        assert alias.live is True
        assert alias.locale.language_code == "es"

    def test_import_leaves_a_revision_and_a_log_like_an_editor(self, run: Run) -> None:
        run([OPEN_EVENING])

        event = only_event()
        assert event.latest_revision == event.live_revision is not None
        actions = set(PageLogEntry.objects.filter(page=event).values_list("action", flat=True))
        assert {"wagtail.create", "wagtail.publish"} <= actions

    def test_imported_event_and_its_aliases_are_found(self, run: Run) -> None:
        run([OPEN_EVENING])

        found = matching(EventPage.objects.all(), "cafe luis")
        assert {event.locale.language_code for event in found} == {"en", "es"}

    def test_indexing_of_other_saves_goes_on_afterwards(self, run: Run) -> None:
        run([OPEN_EVENING])

        event = make_event(title="Zebra")

        assert list(matching(EventPage.objects.all(), "zebra")) == [event]

    def test_draft_is_left_to_the_editors(self, run: Run) -> None:
        run([OPEN_EVENING], "--draft")

        event = only_event()
        assert event.live is False
        assert event.first_published_at is None
        assert [alias.live for alias in event.aliases.all()] == [False]

    def test_events_can_be_in_another_language(self, run: Run) -> None:
        run([OPEN_EVENING], "--locale", "es")

        event = EventPage.objects.get(locale__language_code="es")
        assert event.alias_of is None
        assert only_event().alias_of_id == event.pk

    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("日本語ミートアップ", "日本語ミートアップ"),
            ("파이콘 한국", "파이콘-한국"),
            ("A" * 300, "a" * 80),
        ],
    )
    def test_slug_is_in_the_script_of_the_title(self, run: Run, title: str, slug: str) -> None:
        run([{**OPEN_EVENING, "title": title}])

        assert only_event().slug == slug

    def test_titles_that_are_alike_get_slugs_of_their_own(self, run: Run) -> None:
        rows = [
            {**OPEN_EVENING, "uid": str(uid), "title": title}
            for uid, title in enumerate(["PyCon", "pycon!", "PyCon", "🎉", "🎈"])
        ]

        code, _output = run(rows)

        slugs = [event.slug for event in english_events()]
        assert code == 0
        assert slugs[:3] == ["pycon", "pycon-1", "pycon-2"]
        assert len(set(slugs)) == 5


class TestRepeating:
    def test_second_import_changes_nothing(self, run: Run) -> None:
        run([OPEN_EVENING])
        revisions = Revision.objects.count()

        code, output = run([OPEN_EVENING])

        assert code == 0
        assert "0 imported, 0 changed, 1 unchanged" in output
        assert Revision.objects.count() == revisions
        assert EventPage.objects.count() == 2

    def test_changed_row_is_a_new_revision_of_the_same_page(self, run: Run) -> None:
        run([OPEN_EVENING])
        before = only_event()
        revisions = before.revisions.count()

        code, output = run(
            [{**OPEN_EVENING, "title": "New title", "tags": [], "speakers": ["Eva"]}]
        )

        event = only_event()
        assert code == 0
        assert "0 imported, 1 changed" in output
        assert (event.pk, event.slug, event.title) == (before.pk, before.slug, "New title")
        assert event.revisions.count() == revisions + 1
        assert [speaker.name for speaker in event.speakers.all()] == ["Eva"]
        assert event.tags.count() == 0
        assert event.aliases.get().title == "New title"

    def test_what_an_editor_changed_is_not_overwritten(self, run: Run) -> None:
        run([OPEN_EVENING])
        event = only_event()
        event.title = "By an editor"
        event.save_revision().publish()

        code, output = run([{**OPEN_EVENING, "title": "By the file"}])

        assert code == 1
        assert "row 1 “By the file” refused: An editor has changed the event" in output
        assert only_event().title == "By an editor"
        assert run([{**OPEN_EVENING, "title": "By the file"}], "--overwrite")[0] == 0
        assert only_event().title == "By the file"

    def test_what_an_editor_unpublished_stays_so(self, run: Run) -> None:
        run([OPEN_EVENING])
        only_event().unpublish()

        run([{**OPEN_EVENING, "title": "New title"}])

        event = only_event()
        assert event.live is False
        assert event.get_latest_revision_as_object().title == "New title"

    @pytest.mark.parametrize("title", ["Café abierto", "New title"])
    def test_what_an_editor_deleted_stays_so(self, run: Run, title: str) -> None:
        run([OPEN_EVENING])
        only_event().delete()

        code, output = run([{**OPEN_EVENING, "title": title}])

        assert code == 0
        assert f"row 1 “{title}” deleted here: An editor has deleted the event" in output
        assert "0 imported, 0 changed, 0 unchanged" in output
        assert "0 refused, 1 deleted here." in output
        assert not EventPage.objects.exists()

    def test_deleted_event_comes_back_when_asked_for(self, run: Run) -> None:
        run([OPEN_EVENING])
        only_event().delete()

        code, output = run([OPEN_EVENING], "--overwrite")

        assert code == 0
        assert "1 imported" in output
        assert ImportedEvent.objects.get().event == only_event()
        assert "0 imported, 0 changed, 1 unchanged" in run([OPEN_EVENING])[1]

    def test_locked_event_is_left_alone(self, run: Run) -> None:
        run([OPEN_EVENING])
        EventPage.objects.update(locked=True)

        code, output = run([{**OPEN_EVENING, "title": "New title"}], "--overwrite")

        assert code == 1
        assert "An editor has locked the event." in output

    def test_event_known_in_another_language_is_refused(self, run: Run) -> None:
        run([OPEN_EVENING])

        code, output = run([{**OPEN_EVENING, "title": "Nuevo"}], "--locale", "es")

        assert code == 1
        assert "in another language" in output

    def test_row_that_comes_twice_is_stored_once(self, run: Run) -> None:
        code, output = run([OPEN_EVENING, OPEN_EVENING, {**OPEN_EVENING, "title": "Else"}])

        assert code == 1
        assert "1 imported, 0 changed, 0 unchanged, 1 repeated within the file, 1 refused" in output
        assert "It is the same event as row 1 of this file, but says something else." in output

    def test_same_ids_of_different_lists_are_different_events(self, run: Run) -> None:
        row = {"id": 1, "title": "A", "starts_at": "2026-11-22"}

        run([row], "--source", "one")
        run([{**row, "title": "B"}], "--source", "two")

        assert [event.title for event in english_events()] == ["A", "B"]


class TestReport:
    def test_bad_rows_are_told_and_the_good_ones_imported(self, run: Run) -> None:
        table = (
            "title,starts_at,venue_latitude,capacity\n"
            "Good,2026-11-22,,\n"
            "Bad,soon,,\n"
            "Half,2026-11-22,9.93,\n"
            "None,2026-11-22,,0\n"
        )

        code, output = run(table, name="events.csv")

        assert code == 1
        assert [event.title for event in english_events()] == ["Good"]
        assert "row 3 “Bad” refused: starts_at: “soon” is not a date." in output
        assert "row 4 “Half” refused: venue_longitude: Give both latitude" in output
        assert "row 5 “None” refused: capacity: Ensure this value is greater" in output
        assert (
            "1 imported, 0 changed, 0 unchanged, 0 repeated within the file, 3 refused, "
            "0 deleted here." in output
        )
        assert "  1 × starts_at: … is not a date." in output

    def test_bad_session_is_told_with_its_place(self, run: Run) -> None:
        sessions = [{"title": "A"}, {"title": "B", "ends_at": "2026-11-22 19:00"}]

        code, output = run([{**OPEN_EVENING, "sessions": sessions}])

        assert code == 1
        assert "sessions[2].starts_at: Say when the session starts, too." in output
        assert english_events() == []

    def test_characters_that_no_database_stores_are_left_out(self, run: Run) -> None:
        row = {**OPEN_EVENING, "title": "A\x00b\udc00c", "tags": ["\udc00", "d\x00e"]}

        code, _output = run([row])

        assert code == 0
        event = only_event()
        assert event.title == "Abc"
        assert [tag.name for tag in event.tags.all()] == ["de"]

    def test_dry_run_reports_the_same_and_changes_nothing(self, run: Run) -> None:
        rows = [OPEN_EVENING, {**OPEN_EVENING, "uid": "2", "starts_at": "soon"}]

        code, output = run(rows, "--dry-run")

        assert code == 1
        assert "1 imported, 0 changed, 0 unchanged, 0 repeated within the file, 1 refused" in output
        assert "This was a dry run" in output
        assert not EventPage.objects.exists()
        assert not ImportedEvent.objects.exists()
        assert not PageLogEntry.objects.filter(label="Café abierto").exists()

    def test_cut_text_is_told(self, run: Run) -> None:
        _code, output = run([{**OPEN_EVENING, "summary": "word " * 100}])

        assert "row 1 “Café abierto” imported: summary was cut to 300 characters." in output

    def test_names_without_a_meaning_are_told(self, run: Run) -> None:
        _code, output = run([{**OPEN_EVENING, "colour": "teal"}])

        assert "Not used: colour" in output

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (["--time-zone", "Mars/Olympus"], "is not a time zone"),
            (["--locale", "de"], "There is no event list in the language “de” yet."),
            (["--format", "ics"], "It is not an iCalendar file"),
        ],
    )
    def test_import_that_cannot_begin_ends_with_2(
        self, run: Run, arguments: list[str], reason: str
    ) -> None:
        with pytest.raises(CommandError, match=reason) as caught:
            run([OPEN_EVENING], *arguments)

        assert caught.value.returncode == 2

    def test_calendar_file_is_imported_with_lines(self, run: Run) -> None:
        calendar = (
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Meetup\r\n"
            "DTSTART;TZID=Europe/Berlin:20261122T180000\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
            "BEGIN:VEVENT\r\nSUMMARY:No start\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )

        code, output = run(calendar, name="events.ics")

        assert code == 1
        assert "row 2 “Meetup” imported: It repeats: only its first date is imported." in output
        assert "row 8 “No start” refused: DTSTART: it is missing." in output
        event = only_event()
        assert event.timezone == "Europe/Berlin"
        assert event.starts_at == datetime(2026, 11, 22, 17, tzinfo=UTC)
        assert ImportedEvent.objects.get().uid == "1"
