"""``manage.py import_events FILE``: events out of iCalendar, JSON or CSV (docs/import.md)."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from tqdm import tqdm

from cms.ops.log_levels import EDITORIAL_LOGGERS, only_warnings
from content.importing.files import FORMATS, read_entries
from content.importing.mapping import unused_names
from content.importing.rows import Entry, UnreadableFileError
from content.importing.run import Options, Result, Summary, import_entries
from content.importing.storing import Outcome
from content.models import EventIndexPage
from content.zones import validate_zone

_UNREADABLE = 2
_REFUSED = 1


class Command(BaseCommand):
    help = (
        "Import events from an iCalendar, JSON or CSV file. Ends with 0 if every row was good, "
        "with 1 if rows were refused, with 2 if the file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=FORMATS, help="default: by the file's name")
        parser.add_argument(
            "--locale", default=settings.LANGUAGE_CODE, help="language of the events"
        )
        parser.add_argument(
            "--time-zone",
            default=settings.TIME_ZONE,
            help="zone of times without one, like America/Costa_Rica",
        )
        parser.add_argument(
            "--source", help="tells the ids of different lists apart; default: the file's name"
        )
        state = parser.add_mutually_exclusive_group()
        state.add_argument("--publish", action="store_true", default=True, help="the default")
        state.add_argument("--draft", action="store_true", help="leave publishing to the editors")
        parser.add_argument(
            "--overwrite", action="store_true", help="also events that editors changed or deleted"
        )
        parser.add_argument("--dry-run", action="store_true", help="report only, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = self._options(options)
        try:
            entries = read_entries(options["file"], options["format"])
        except UnreadableFileError as error:
            message = f"{options['file']}: {error}"
            raise CommandError(message, returncode=_UNREADABLE) from error
        with only_warnings(*([] if options["verbosity"] > 1 else EDITORIAL_LOGGERS)):
            summary = self._import(entries, chosen)
        if unused := unused_names(entries):
            self.stdout.write(_("Not used: %s") % ", ".join(unused))
        self._summarize(summary, dry_run=chosen.dry_run)
        if summary.outcomes[Outcome.REFUSED]:
            sys.exit(_REFUSED)

    def _import(self, entries: list[Entry], options: Options) -> Summary:
        summary = Summary()
        bar = tqdm(total=len(entries), unit="row", disable=not sys.stderr.isatty(), leave=False)
        try:
            for result in import_entries(entries, options):
                summary.add(result)
                self._report(result, bar)
                bar.update()
        except OperationalError as error:
            message = _("The database does not answer. Run the command again; nothing is doubled.")
            raise CommandError(message, returncode=_UNREADABLE) from error
        finally:
            bar.close()
        return summary

    def _options(self, options: dict[str, Any]) -> Options:
        try:
            validate_zone(options["time_zone"])
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=_UNREADABLE) from error
        index = (
            EventIndexPage.objects.filter(locale__language_code=options["locale"])
            .order_by("path")
            .first()
        )
        if index is None:
            message = _("There is no event list in the language “%s” yet.") % options["locale"]
            raise CommandError(message, returncode=_UNREADABLE)
        return Options(
            index=index,
            zone=options["time_zone"],
            source=options["source"] or options["file"].stem,
            live=not options["draft"],
            overwrite=options["overwrite"],
            dry_run=options["dry_run"],
        )

    def _report(self, result: Result, bar: "tqdm[Any]") -> None:
        lines = [*result.reasons, *result.notes]
        if not lines:
            return
        bar.clear()
        refused = result.outcome == Outcome.REFUSED
        text = _("row %(line)d “%(title)s” %(outcome)s: %(reasons)s") % {
            "line": result.line,
            "title": " ".join(result.title.split())[:80],
            "outcome": _outcome_names()[result.outcome],
            "reasons": " ".join(lines),
        }
        self.stdout.write(self.style.ERROR(text) if refused else text)

    def _summarize(self, summary: Summary, *, dry_run: bool) -> None:
        names = _outcome_names()
        counts = ", ".join(f"{summary.outcomes[outcome]} {names[outcome]}" for outcome in Outcome)
        self.stdout.write(counts + ".")
        for reason, count in summary.reasons.most_common():
            self.stdout.write(f"  {count} × {reason}")
        if dry_run:
            self.stdout.write(_("This was a dry run: nothing has been changed."))


def _outcome_names() -> dict[Outcome, str]:
    return {
        Outcome.IMPORTED: _("imported"),
        Outcome.CHANGED: _("changed"),
        Outcome.UNCHANGED: _("unchanged"),
        Outcome.REPEATED: _("repeated within the file"),
        Outcome.REFUSED: _("refused"),
        Outcome.DELETED: _("deleted here"),
    }
