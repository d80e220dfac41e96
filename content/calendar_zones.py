"""Time zones as iCalendar describes them (RFC 5545, 3.6.5).

icalendar's own generator writes the beginning of summer time an hour late: it takes the first local
time after the jump, where the RFC wants the time that the clocks show before it.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vDDDLists
from icalendar.prop import vUTCOffset

_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first whole second, in UTC, with another offset than ``before``."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    """The instants between ``first`` and ``last`` at which the clocks of ``zone`` change."""
    changes = []
    day = first
    while day < last:
        next_day = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != next_day.astimezone(zone).utcoffset():
            changes.append(_change_between(zone, day, next_day))
        day = next_day
    return changes


def _observance(
    offset_from: timedelta, beginning: datetime, onsets: list[datetime]
) -> TimezoneStandard | TimezoneDaylight:
    observance = TimezoneDaylight() if beginning.dst() else TimezoneStandard()
    observance.add("TZNAME", beginning.tzname())
    observance.add("TZOFFSETFROM", vUTCOffset(offset_from))
    observance.add("TZOFFSETTO", vUTCOffset(beginning.utcoffset() or timedelta()))
    observance.add("DTSTART", onsets[0])
    if onsets[1:]:
        observance.add("RDATE", vDDDLists(onsets[1:]))
    return observance


@lru_cache(maxsize=256)
def time_zone_component(name: str, first_year: int, last_year: int) -> Timezone:
    """The VTIMEZONE of the IANA zone ``name``, right from ``first_year`` to ``last_year``.

    Years before 1900 and after 2100 are not spelled out. The component is shared: do not change it.
    """
    zone = ZoneInfo(name)
    first = datetime(min(max(first_year, _EARLIEST_YEAR), _LATEST_YEAR), 1, 1, tzinfo=UTC)
    last = datetime(min(max(last_year, first.year), _LATEST_YEAR) + 1, 1, 1, tzinfo=UTC)
    onsets: dict[tuple[timedelta, timedelta, str], list[datetime]] = defaultdict(list)
    beginnings = {}
    offset_from = first.astimezone(zone).utcoffset() or timedelta()
    for change in [first, *_changes(zone, first, last)]:
        beginning = change.astimezone(zone)
        offset_to = beginning.utcoffset() or timedelta()
        key = (offset_from, offset_to, beginning.tzname() or "")
        beginnings.setdefault(key, beginning)
        onsets[key].append((change + offset_from).replace(tzinfo=None))
        offset_from = offset_to
    component = Timezone()
    component.add("TZID", name)
    for key, local_onsets in onsets.items():
        component.add_component(_observance(key[0], beginnings[key], local_onsets))
    return component
