"""`manage.py setup_site`: the first pages, groups and workflow. Belongs to every `migrate`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from home.setup import prepare_site


class Command(BaseCommand):
    help = "Create what is missing of a working, empty site; what exists stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Groups are otherwise left alone once the site exists."""
        parser.add_argument(
            "--migrate",
            action="store_true",
            help="create or change the tables first, so that one step makes a site ready to use",
        )
        parser.add_argument(
            "--grant-again",
            action="store_true",
            help="give Editors and Moderators their initial permissions and workflow again",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print a line for everything that was created."""
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
        done = prepare_site(grant_again=options["grant_again"])
        for line in done or ["The site is set up already; nothing to do."]:
            self.stdout.write(line)
