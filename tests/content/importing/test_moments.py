from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from content.importing.moments import read_moment

MORNING = datetime(2026, 11, 22, 9, 30)  # noqa: DTZ001 - what a text without an offset says


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        (" 2026-11-22 ", date(2026, 11, 22)),
        ("20261122", date(2026, 11, 22)),
        ("2026/11/22", date(2026, 11, 22)),
        ("2026/03/04", date(2026, 3, 4)),
        ("22.11.2026", date(2026, 11, 22)),
        ("22/11/2026", date(2026, 11, 22)),
        ("Nov 22, 2026", date(2026, 11, 22)),
        ("2026-11-22 09:30", MORNING),
        ("2026-11-22T09:30:00", MORNING),
        ("22.11.2026 9:30", MORNING),
        ("Nov 22, 2026 9:30am", MORNING),
        ("2026-11-22T09:30:00Z", MORNING.replace(tzinfo=UTC)),
        ("20261122T093000Z", MORNING.replace(tzinfo=UTC)),
        ("2026-11-22T09:30:00-06:00", MORNING.replace(tzinfo=timezone(timedelta(hours=-6)))),
        (date(2026, 11, 22), date(2026, 11, 22)),
        (MORNING, MORNING),
        ("1970-01-01", date(1970, 1, 1)),
        ("2200-12-31", date(2200, 12, 31)),
    ],
)
def test_unmistakable_dates_are_read(text: Any, expected: date | datetime) -> None:
    moment = read_moment(text)

    assert moment == expected
    assert type(moment) is type(expected)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("03/04/2026", "two ways"),
        ("tomorrow", "not a date"),
        ("", "not a date"),
        ("2026-13-40", "not a date"),
        ("9" * 60, "not a date"),
        ("2026-11-22 " * 20, "not a date"),
        (20261122, "not a date"),
        (None, "not a date"),
        ({"date": "2026-11-22"}, "not a date"),
        ("18:00", "lacks the day"),
        ("2026", "lacks the day"),
        ("Nov 2026", "lacks the day"),
        ("2026-11-22 18:00 CST", "write its offset"),
        ("0001-01-01", "year 1 "),
        ("1969-12-31", "year 1969"),
        ("2201-01-01", "year 2201"),
        ("9999-12-31", "year 9999"),
    ],
)
def test_other_values_are_refused_with_the_reason(value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_moment(value)
