"""Compare the newsletter's list at the provider with ours, and mend what differs."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from integrations.newsletter import comparison
from integrations.newsletter.client import ProviderError
from integrations.newsletter.comparison import Drift
from integrations.newsletter.models import ListComparison
from integrations.newsletter.providers import list_provider
from integrations.newsletter.providers.base import ListProvider

DIFFERENT = 1
FAILED = 2


class Command(BaseCommand):
    """Exit status: 0 if nothing differs or it was mended, 1 if something differs, 2 if the list
    could not be read.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="have the worker mend what differs")
        parser.add_argument(
            "--remove-strangers",
            action="store_true",
            help="also take off the list at the provider who is unknown here",
        )
        parser.add_argument("--show-addresses", action="store_true", help="print whom it concerns")

    def handle(self, *_args: Any, **options: Any) -> None:
        provider = list_provider()
        if provider is None:
            words = "NEWSLETTER_PROVIDER is none."
            raise CommandError(words, returncode=FAILED)
        drift = self._compared(provider)
        is_mending = options["mend"] or options["remove_strangers"]
        if options["mend"]:
            comparison.mend(drift)
        if options["remove_strangers"]:
            comparison.remove_strangers(drift)
        with transaction.atomic():
            kept = ListComparison.objects.create(
                mends=options["mend"], state=ListComparison.State.DONE, finished_at=timezone.now()
            )
            comparison.keep(kept, drift)
        self._print(drift, provider, show_addresses=options["show_addresses"])
        if is_mending:
            self.stdout.write("The worker tells the provider of what is to be mended.")
        if not (drift.is_empty or options["mend"]):
            sys.exit(DIFFERENT)

    def _compared(self, provider: ListProvider) -> Drift:
        progress = tqdm(unit=" members", disable=None, file=sys.stderr)
        try:
            with progress:
                return comparison.compare(provider, note_progress=lambda n: _add(progress, n))
        except ProviderError as error:
            words = f"{provider.label} has not answered with the list: {error.reason}"
            raise CommandError(words, returncode=FAILED) from error

    def _print(self, drift: Drift, provider: ListProvider, *, show_addresses: bool) -> None:
        self.stdout.write(f"Subscribed here: {drift.subscribed}")
        self.stdout.write(f"On the list at {provider.label}: {drift.members}")
        for words, addresses in (
            ("Missing there", drift.missing),
            ("Too many there (no longer subscribed here)", drift.surplus),
            ("Another name or language there", drift.different),
            ("Unsubscribed at the provider, and not here", drift.left),
            ("Unknown here, and left alone", drift.strangers),
        ):
            self.stdout.write(f"{words}: {len(addresses)}")
            if show_addresses:
                for address in addresses:
                    self.stdout.write(f"  {address}")
        self.stdout.write(f"On their way to the provider: {drift.on_their_way}")
        self.stdout.write(f"Not taken by the provider: {drift.not_taken}")


def _add(progress: "tqdm[Any]", number: int) -> None:
    progress.update(number)
