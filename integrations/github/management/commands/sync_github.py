"""`manage.py sync_github`: refresh what is shown of GitHub now, and see how it goes."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from cms.ops.log_levels import only_warnings
from integrations.github.first_accounts import ensure_first_accounts
from integrations.github.models import Feed
from integrations.github.refresh import FEEDS, Outcome, Result, refresh

_LOGGERS = ("integrations.github",)


class Command(BaseCommand):
    help = (
        "Refresh projects and contributions from GitHub now. May be repeated and stopped at any "
        "time: what is shown changes only when all of a list has come. Ends with 1 if it has not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=Feed.Name.values, help="only this list")

    def handle(self, *_args: Any, only: str | None = None, **options: Any) -> None:
        ensure_first_accounts()
        names = [name for name, module in FEEDS.items() if module.is_needed()]
        chosen = [name for name in names if only in (None, name)]
        if not chosen:
            self.stdout.write("There is nobody to ask about: add accounts in the admin.")
        with only_warnings(*([] if options["verbosity"] > 1 else _LOGGERS)):
            results = [self._refresh(str(name)) for name in chosen]
        if any(result.outcome is not Outcome.COMPLETE for result in results):
            message = "Not everything is up to date."
            raise CommandError(message)

    def _refresh(self, name: str) -> Result:
        bar = tqdm(desc=name, unit=" requests", disable=not sys.stderr.isatty(), leave=False)
        with bar:
            result = refresh(name, on_request=bar.update)
        self.stdout.write(f"{name}: {_told(name, result)}")
        return result


def _told(name: str, result: Result) -> str:
    feed = Feed.objects.get(pk=name)
    if result.outcome is Outcome.COMPLETE:
        count = FEEDS[name].MODEL._default_manager.count()
        return (
            f"{count} rows after {feed.requests} requests, {feed.unchanged_pages} of them "
            f"unchanged; {feed.dropped_items} broken entries left out."
        )
    if result.outcome is Outcome.BUSY:
        return "another process is refreshing it now."
    if result.until is not None:
        return f"GitHub has us wait until {result.until:%F %T} UTC; the worker goes on then."
    subject = f" ({feed.failure_subject})" if feed.failure_subject else ""
    return f"{feed.get_failure_display()}{subject}"
