"""Dates and times as people and programs write them."""

import re
import warnings
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import parser
from django.utils.translation import gettext as _

from content.zones import EARLIEST_YEAR, LATEST_YEAR

_LONGEST = 64
_ISO_BEGINNING = re.compile(r"\d{4}[-/.]?\d{2}[-/.]?\d{2}")
# Two fillings that differ in every part show which parts a text leaves open.
_FILLINGS = (datetime(2000, 1, 1, 0, 0, 0), datetime(2001, 2, 2, 1, 1, 1))  # noqa: DTZ001


def read_moment(value: Any) -> date | datetime:
    """A date, or a date with a time of day, which has an offset only if the text has one.

    Takes ISO 8601 and what is unmistakable in other forms (``22.11.2026 18:00``,
    ``Nov 22, 2026 6pm``). Raises ``ValueError`` with the reason in plain words, also for
    ``03/04/2026``, which is April to some and March to others.
    """
    moment = value if isinstance(value, date) else _parsed(value)
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(_("the year %(year)s cannot be right") % {"year": moment.year})
    return moment


def instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, in ``zone`` where it has no offset; of a date, its beginning there."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _parsed(value: Any) -> date | datetime:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError(_("it is not a date"))
    text = " ".join(value.split())
    if _ISO_BEGINNING.match(text):
        try:
            return _iso(text)
        except ValueError:
            pass
    return _free_form(text)


def _iso(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _free_form(text: str) -> date | datetime:
    readings = [_reading(text, filling, day_first=False) for filling in _FILLINGS]
    if readings[0].date() != readings[1].date():
        raise ValueError(_("“%(text)s” lacks the day, the month or the year") % {"text": text})
    if not _ISO_BEGINNING.match(text) and readings[0] != _reading(
        text, _FILLINGS[0], day_first=True
    ):
        raise ValueError(
            _("“%(text)s” can be read in two ways; write the year first, as in 2026-11-22")
            % {"text": text}
        )
    has_time = readings[0].hour == readings[1].hour
    return readings[0] if has_time else readings[0].date()


def _reading(text: str, filling: datetime, *, day_first: bool) -> datetime:
    try:
        with warnings.catch_warnings():
            # An abbreviation such as CST is a zone of several countries.
            warnings.simplefilter("error", parser.UnknownTimezoneWarning)
            moment: datetime = parser.parse(text, default=filling, dayfirst=day_first)
            return moment.replace(microsecond=0)
    except parser.UnknownTimezoneWarning as error:
        raise ValueError(
            _("“%(text)s” has an unknown time zone; write its offset, as in -06:00")
            % {"text": text}
        ) from error
    except (ValueError, OverflowError, TypeError, ArithmeticError) as error:
        raise ValueError(_("“%(text)s” is not a date") % {"text": text}) from error
