"""`manage.py load_demo`: a believable site to look at and to build a frontend with."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.ops.log_levels import DEMO_LOGGERS, only_warnings
from home.demo.loader import load_demo


class Command(BaseCommand):
    help = (
        "Load the demo site: a software lab in Costa Rica in English and Spanish, with the users "
        "editor and moderator (give them a password in the admin). What exists stays as it is."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print a line for everything that was added."""
        with only_warnings(*DEMO_LOGGERS):
            added = load_demo(report=self._report)
        if not added:
            self.stdout.write("The demo site is loaded already; nothing to do.")

    def _report(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
