"""`manage.py serve_frontend`: the reference frontend on an address of its own."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.http.frontend_server import FOLDER, INDEX
from cms.management.commands.serve import granian_arguments

_THREADS = 4


class Command(BaseCommand):
    help = "Serve the reference frontend on HOST and PORT until SIGTERM; it reads from PUBLIC_URL."
    # It uses settings and files only.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", default=3000, type=int, help="port to listen on")

    def handle(self, *_args: object, **options: Any) -> None:
        """Replace this process, so that signals reach the server and Django is not kept twice."""
        if not (FOLDER / INDEX.removeprefix("/")).is_file():
            message = f"There is no frontend: {FOLDER} has no index.html."
            raise CommandError(message)
        arguments = granian_arguments(
            "cms.http.frontend_server:application",
            host=options["host"],
            port=options["port"],
            processes=1,
            threads=_THREADS,
        )
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments])  # noqa: S606 - no shell wanted
