"""Imports the events of a file one by one, each in its own transaction."""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from content.importing.checking import check_row, error_reasons
from content.importing.indexing import indexed_by_hand
from content.importing.mapping import event_row
from content.importing.rows import Entry, EventRow, RowRefusedError
from content.importing.storing import Outcome, store
from content.models import EventIndexPage

logger = logging.getLogger(__name__)

_PARTICULARS = re.compile(r"“[^”]*”|\d+")


@dataclass(frozen=True)
class Options:
    """How to import. ``zone`` is for times without one, ``source`` names where ids come from."""

    index: EventIndexPage
    zone: str
    source: str
    live: bool = True
    overwrite: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Result:
    """What became of one row, and why."""

    line: int
    title: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Summary:
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        self.outcomes[result.outcome] += 1
        self.reasons.update({_PARTICULARS.sub("…", reason) for reason in result.reasons})


def import_entries(entries: Iterable[Entry], options: Options) -> Iterator[Result]:
    """Import each entry when its result is asked for. Lets only ``OperationalError`` through.

    A dry run does the same work and takes each row back.
    """
    seen: dict[str, tuple[int, str]] = {}
    with indexed_by_hand():
        for entry in entries:
            yield _result(entry, options, seen)


def _result(entry: Entry, options: Options, seen: dict[str, tuple[int, str]]) -> Result:
    title = str(entry.fields.get("title") or "")
    try:
        row = event_row(entry, zone=options.zone, source=options.source)
        check_row(row)
        outcome = _repetition(row, entry.line, seen) or _stored(row, options)
    except RowRefusedError as error:
        return Result(entry.line, title, Outcome.REFUSED, error.reasons)
    except ValidationError as error:
        return Result(entry.line, title, Outcome.REFUSED, tuple(error_reasons(error)))
    except OperationalError:
        raise
    except Exception as error:
        logger.debug("Row %d failed", entry.line, exc_info=True)
        reason = _("It cannot be stored: %s.") % str(error).partition("\n")[0].rstrip(".")
        return Result(entry.line, title, Outcome.REFUSED, (reason,))
    if outcome is Outcome.DELETED:
        reason = _("An editor has deleted the event; --overwrite brings it back.")
        return Result(entry.line, row.title, outcome, (reason,))
    notes = row.notes if outcome in (Outcome.IMPORTED, Outcome.CHANGED) else ()
    return Result(entry.line, row.title, outcome, notes=notes)


def _repetition(row: EventRow, line: int, seen: dict[str, tuple[int, str]]) -> Outcome | None:
    """The same event for a second time in one file: passed over if equal, else refused."""
    if row.uid not in seen:
        seen[row.uid] = (line, row.checksum)
        return None
    first_line, checksum = seen[row.uid]
    if checksum == row.checksum:
        return Outcome.REPEATED
    reason = _("It is the same event as row %d of this file, but says something else.")
    raise RowRefusedError(reason % first_line)


def _stored(row: EventRow, options: Options) -> Outcome:
    with transaction.atomic():
        outcome = store(row, index=options.index, live=options.live, overwrite=options.overwrite)
        transaction.set_rollback(options.dry_run)
    return outcome
