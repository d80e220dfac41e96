"""`manage.py serve`: the web processes, the same with `make serve` and in the container image."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

# A connection counts here for as long as it is kept alive, so this is far above the threads: it
# bounds the memory a flood can take, while the threads bound the work.
_CONNECTIONS_PER_PROCESS = 128
_HEADER_READ_TIMEOUT_MILLISECONDS = 10_000
# Longer than the slowest request that the proxy lets through, shorter than compose's stop grace.
_STOP_TIMEOUT_SECONDS = 25


def granian_arguments(
    application: str, *, host: str, port: int, processes: int, threads: int
) -> list[str]:
    """Command line of `python -m granian` for a WSGI application, as "module:name"."""
    return [
        "--interface=wsgi",
        f"--host={host}",
        f"--port={port}",
        f"--workers={processes}",
        f"--blocking-threads={threads}",
        f"--backpressure={_CONNECTIONS_PER_PROCESS}",
        f"--http1-header-read-timeout={_HEADER_READ_TIMEOUT_MILLISECONDS}",
        f"--workers-kill-timeout={_STOP_TIMEOUT_SECONDS}",
        "--respawn-failed-workers",
        "--http=1",
        "--no-ws",
        # The access log is the project's own: without query strings and personal data.
        "--no-access-log",
        application,
    ]


class Command(BaseCommand):
    help = "Serve the site on HOST and PORT until SIGTERM; requests that run are finished first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", default=8000, type=int, help="port to listen on")

    def handle(self, *_args: object, **options: Any) -> None:
        """Replace this process, so that signals reach the server and Django is not kept twice."""
        arguments = granian_arguments(
            "cms.wsgi:application",
            host=options["host"],
            port=options["port"],
            processes=settings.WEB_PROCESSES,
            threads=settings.WEB_THREADS,
        )
        sys.stdout.flush()
        # Where the web processes count together; read by prometheus_client when it is imported.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="cms-metrics-"))
        os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments])  # noqa: S606 - no shell wanted
