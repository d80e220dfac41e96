"""iCalendar files (RFC 5545): each VEVENT under our own field names."""

import contextlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from icalendar import Event, Timezone
from icalendar.error import GloballyUniqueTZIDGuessed

from content.importing.icalendar_event import event_fields
from content.importing.rows import Entry, RowRefusedError, UnreadableFileError

_LINE_END = re.compile(r"\r\n|\n|\r")
_MARK = re.compile(r"\s*(BEGIN|END)\s*:\s*([\w-]+)\s*", re.IGNORECASE)
_DEFAULT_ZONE = re.compile(r"X-WR-TIMEZONE(?:;[^:]*)?:(.*)", re.IGNORECASE)


@dataclass
class _Block:
    """The lines of one component, from BEGIN to END."""

    line: int
    lines: list[str] = field(default_factory=list)
    complete: bool = False

    @property
    def text(self) -> str:
        return "\r\n".join([*self.lines, ""])


def icalendar_entries(text: str) -> Iterator[Entry]:
    """The events of all calendars in ``text``; lines are those of ``BEGIN:VEVENT``.

    Each event is parsed for itself, so that a broken one spoils no other. Raises
    `UnreadableFileError`.
    """
    lines = _LINE_END.split(text)
    if not any(_MARK.fullmatch(line) for line in lines):
        raise UnreadableFileError(_("It is not an iCalendar file: no line says BEGIN:VCALENDAR."))
    for block in _blocks(lines, "VTIMEZONE"):
        _learn_time_zone(block)
    default_zones = (match[1].strip() for match in map(_DEFAULT_ZONE.fullmatch, lines) if match)
    default_zone = next(default_zones, "")
    for block in _blocks(lines, "VEVENT"):
        yield _entry(block, default_zone)


def _blocks(lines: list[str], component: str) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in enumerate(lines, start=1):
        mark = _MARK.fullmatch(line)
        begins_or_ends = mark[1].upper() if mark and mark[2].upper() == component else ""
        if begins_or_ends == "BEGIN":
            if block:
                yield block
            block = _Block(line=number)
        if block:
            block.lines.append(line)
        if block and begins_or_ends == "END":
            block.complete = True
            yield block
            block = None
    if block:
        yield block


def _learn_time_zone(block: _Block) -> None:
    """Make the zone known to the parser; what cannot be parsed is refused where it is used."""
    if block.complete:
        with contextlib.suppress(Exception):
            Timezone.from_ical(block.text)


def _entry(block: _Block, default_zone: str) -> Entry:
    if not block.complete:
        return Entry(line=block.line, refused=(_("The event has no end (END:VEVENT)."),))
    try:
        with warnings.catch_warnings():
            # It guesses "/vendor.example/Europe/Berlin" to be Europe/Berlin, and we agree.
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            component = Event.from_ical(block.text)
    except Exception as error:  # noqa: BLE001 - a parser of hostile text; every error means the same
        reason = _("It cannot be parsed: %(reason)s.") % {"reason": str(error).rstrip(".")}
        return Entry(line=block.line, refused=(reason,))
    try:
        fields, notes = event_fields(component, default_zone=default_zone)
    except RowRefusedError as error:
        title = {"title": str(component.get("SUMMARY", ""))}
        return Entry(line=block.line, fields=title, refused=error.reasons)
    return Entry(line=block.line, fields=fields, notes=notes)
