"""Events as iCalendar, read back by two parsers that know nothing of each other."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from icalendar import Calendar
from pytest_django.fixtures import DjangoAssertNumQueries
from wagtail.models import Locale

from content.calendar import event_uid
from content.choices import AttendanceMode, EventStatus
from content.models import EventPage
from content.publishing import ensure_translations
from tests.content.calendars import (
    an_event,
    encoded,
    loaded,
    parsed,
    parsed_by_vobject,
    parsed_event,
    publish_again,
)
from tests.factories import event_index, make_event, make_page

# Not for rows: a page asks for its content type as soon as it is made.
pytestmark = pytest.mark.django_db

HOSTILE_TITLE = "One\r\nATTENDEE:mailto:evil@example.org\r\nX, two; three\\four “ñandú” 🎉"


class TestCalendar:
    def test_properties_of_the_calendar_are_those_of_both_standards(self) -> None:
        content = encoded(an_event(), name="Lab; events, talks")

        calendar = Calendar.from_ical(content)

        assert calendar["VERSION"] == "2.0"
        assert calendar["PRODID"] == "-//Lab CMS//Events//EN"
        assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
        assert calendar["SOURCE"] == "https://cms.example.org/api/events.ics?locale=en&tag=%C3%B1"
        assert "METHOD" not in calendar
        for line in (
            b"NAME:Lab\\; events\\, talks",
            b"X-WR-CALNAME:Lab\\; events\\, talks",
            b"REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            b"X-PUBLISHED-TTL:PT1H",
        ):
            assert b"\r\n" + line + b"\r\n" in content

    def test_calendar_without_events_is_still_a_calendar(self) -> None:
        assert parsed(encoded()) == []
        assert parsed_by_vobject(encoded()).name == "VCALENDAR"

    @pytest.mark.usefixtures("site")
    def test_loaded_events_need_no_query(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        events = loaded(*(make_event(tags=["python", "café"]) for _ in range(3)))

        with django_assert_num_queries(0):
            content = encoded(*events)

        assert len(parsed(content)) == 3

    def test_same_events_give_the_same_bytes(self) -> None:
        event = an_event()

        assert encoded(event) == encoded(event)

    def test_lines_end_with_crlf_and_have_at_most_75_octets(self) -> None:
        event = an_event(title="ñ日🎉, " * 50, summary="日本語のとても長い文章。" * 20)

        content = encoded(event)

        lines = content.split(b"\r\n")
        assert lines[-1] == b""
        assert b"\n" not in b"".join(lines)
        assert max(map(len, lines)) <= 75
        for line in lines:
            line.decode()
        assert parsed(content)[0]["SUMMARY"] == ("ñ日🎉, " * 50).strip()

    def test_every_line_is_printable_whatever_the_event_says(self) -> None:
        event = an_event(
            title=HOSTILE_TITLE,
            summary="a\x07b\x1bc\r\n\r\nd",
            venue_name="X\r\nSTATUS:CANCELLED",
            tags=["a,b", "c;d"],
            online_url='https://example.org/"\r\nX-EVIL:1',
            attendance_mode=AttendanceMode.MIXED,
        )

        content = encoded(event)

        for component in (parsed(content)[0], parsed_by_vobject(content).vevent):
            text = str(component)
            assert "evil@example.org" in text
        component = parsed(content)[0]
        assert component["SUMMARY"] == " ".join(HOSTILE_TITLE.split())
        assert component["LOCATION"] == "X STATUS:CANCELLED"
        assert component["STATUS"] == "CONFIRMED"
        assert component["DESCRIPTION"].startswith("abc\n\nd\n\nhttps://")
        assert component["CATEGORIES"].cats == ["Meetup", "a,b", "c;d"]
        assert "ATTENDEE" not in component
        assert "X-EVIL" not in component
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", content)

    def test_naughty_strings_as_titles_survive_both_parsers(self, shared_data: Path) -> None:
        strings = json.loads((shared_data / "strings" / "blns.json").read_text())
        events = [an_event(title=title) for title in strings]

        content = encoded(*events)

        controls, line_ends = (
            r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff]",
            r"[\x0b-\x1e\x85\u2028\u2029]",
        )
        expected = [
            re.sub("[ \t\n]+", " ", re.sub(line_ends, "\n", re.sub(controls, "", title))).strip()
            for title in strings
        ]
        assert len(expected) == 515
        assert [str(event["SUMMARY"]) for event in parsed(content)] == expected
        seconds = parsed_by_vobject(content).vevent_list
        assert [event.summary.value.strip() for event in seconds] == expected


class TestEvent:
    def test_full_event_says_everything_a_calendar_can_show(self) -> None:
        event = an_event(
            summary="Bring a laptop.",
            venue_name="Casa Lab",
            venue_address="Av. 1, 2",
            venue_city="San José",
            venue_country="Costa Rica",
            venue_latitude=Decimal("9.93"),
            venue_longitude=Decimal("-0.00001"),
            attendance_mode=AttendanceMode.MIXED,
            online_url="https://meet.example.org/a;b,c",
            organizer_name="Ana",
            organizer_url="https://ana.example.org/",
        )

        component = parsed_event(event)

        page_url = f"https://lab.example.org/events/{event.slug}/"
        assert component["LOCATION"] == "Casa Lab, Av. 1, 2, San José, Costa Rica"
        assert (component["GEO"].latitude, component["GEO"].longitude) == (9.93, -0.00001)
        assert component["CONFERENCE"] == "https://meet.example.org/a;b,c"
        assert component["URL"] == page_url
        assert component["DESCRIPTION"] == f"Bring a laptop.\n\n{page_url}"
        assert component["CONTACT"] == "Ana, https://ana.example.org/"
        assert "ORGANIZER" not in component
        assert b"GEO:9.93;-0.00001\r\n" in encoded(event).replace(b"0000;", b";")

    @pytest.mark.parametrize(
        ("status", "expected", "words"),
        [
            (EventStatus.SCHEDULED, "CONFIRMED", "https://"),
            (EventStatus.CANCELLED, "CANCELLED", "Cancelled"),
            (EventStatus.POSTPONED, "TENTATIVE", "Postponed"),
            (EventStatus.MOVED_ONLINE, "CONFIRMED", "Moved online"),
        ],
    )
    def test_status_is_told_to_programs_and_to_people(
        self, status: EventStatus, expected: str, words: str
    ) -> None:
        component = parsed_event(an_event(event_status=status))

        assert component["STATUS"] == expected
        assert component["DESCRIPTION"].startswith(words)

    def test_words_of_ours_are_in_the_language_of_the_event(self) -> None:
        component = parsed_event(an_event(language="es", event_status=EventStatus.CANCELLED))

        assert component["DESCRIPTION"].startswith("Cancelad")

    def test_event_moved_online_sends_nobody_to_the_venue(self) -> None:
        event = an_event(
            event_status=EventStatus.MOVED_ONLINE,
            venue_name="Casa Lab",
            venue_latitude=1,
            venue_longitude=2,
            online_url="https://meet.example.org/",
        )

        component = parsed_event(event)

        assert component["LOCATION"] == "https://meet.example.org/"
        assert "GEO" not in component


@pytest.mark.usefixtures("site")
class TestIdentity:
    def test_uid_outlives_publication_slug_and_move(self) -> None:
        event = make_event()
        uid = event_uid(event)
        other_parent = make_page(type(event_index()), event_index().get_parent())

        event = publish_again(event, slug="another-slug", title="Another title")
        event.move(other_parent, pos="last-child")
        event = EventPage.objects.get(pk=event.pk)

        assert event_uid(event) == uid == str(uuid.UUID(uid))

    def test_uid_of_an_alias_is_that_of_the_translation_it_becomes(self) -> None:
        event = make_event()
        [alias] = ensure_translations(page=event)
        uid = event_uid(alias)

        alias.alias_of = None
        translation = publish_again(alias, title="Traducción")

        assert translation.alias_of is None
        assert event_uid(translation) == uid != event_uid(event)

    def test_uid_is_the_same_in_another_database(self) -> None:
        event = EventPage(
            translation_key=uuid.UUID("12345678-1234-5678-1234-567812345678"),
            locale=Locale(language_code="es"),
        )

        assert event_uid(event) == "db3fd9ae-b4bd-56eb-b3ea-7a30aeddebd0"

    def test_sequence_grows_from_zero_with_each_publication(self) -> None:
        event = make_event()
        assert parsed_event(event)["SEQUENCE"] == 0
        published_at = event.first_published_at
        assert published_at is not None

        EventPage.objects.filter(pk=event.pk).update(
            first_published_at=published_at - timedelta(minutes=5)
        )
        second = publish_again(EventPage.objects.get(pk=event.pk))

        component = parsed_event(second)
        assert component["SEQUENCE"] in (300, 301, 302)
        assert component["CREATED"].dt < component["DTSTAMP"].dt
        assert component["DTSTAMP"].dt == component["LAST-MODIFIED"].dt
        assert second.last_published_at is not None
        assert component["DTSTAMP"].dt == second.last_published_at.replace(microsecond=0)

    def test_sequence_of_an_alias_grows_with_its_source(self) -> None:
        event = make_event()
        [alias] = ensure_translations(page=event)
        hour_ago = timedelta(hours=1)
        for page in (event, alias):
            assert page.first_published_at is not None
            EventPage.objects.filter(pk=page.pk).update(
                first_published_at=page.first_published_at - hour_ago
            )

        publish_again(EventPage.objects.get(pk=event.pk), title="New title")

        component = parsed_event(EventPage.objects.get(pk=alias.pk))
        assert component["SUMMARY"] == "New title"
        assert component["SEQUENCE"] >= 3600

    def test_sequence_fits_31_bits_for_68_years(self) -> None:
        event = an_event()
        event.first_published_at = datetime(1950, 1, 1, tzinfo=UTC)

        assert parsed_event(event)["SEQUENCE"] == 2**31 - 1
