"""`manage.py worker`: the background process."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from cms.ops.worker import run_until_stopped


class Command(BaseCommand):
    help = "Do what is scheduled and what has to leave, until SIGTERM; several may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For the health check of a container."""
        parser.add_argument(
            "--heartbeat-file",
            type=Path,
            help="a file to touch every few seconds while everything is in order",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until stopped."""
        run_until_stopped(heartbeat_file=options["heartbeat_file"])
