"""`manage.py run`: the whole site on one's own machine, in the foreground."""

import fcntl
import http.client
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.ops.admin_password import chosen_or_generated
from cms.ops.embedded_postgres import EmbeddedPostgres
from cms.ops.embedded_postgres_cluster import EmbeddedPostgresError
from cms.ops.supervisor import (
    Service,
    StopRequested,
    SupervisionError,
    Supervisor,
    stop_requests,
)

HOST = "127.0.0.1"
READY_TIMEOUT_SECONDS = 2.0


class Command(BaseCommand):
    help = "Run database, site and worker together until Ctrl-C (for development only)."
    # The steps check what they use; checking everything here too would only delay them.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PORT is the default of --port."""
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", type=int)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until a signal asks for the end; CommandError with one line if something fails."""
        try:
            with stop_requests(), _only_one_run(settings.DATA_DIR):
                self._run(options["port"])
        except StopRequested:
            self._report("Everything has ended.")
        except (EmbeddedPostgresError, SupervisionError) as error:
            raise CommandError(str(error)) from error

    def _run(self, port: int) -> None:
        _check_port(port)
        server = None
        if not os.environ.get("DATABASE_URL"):
            server = EmbeddedPostgres(settings.DATA_DIR, report=self._report)
        supervisor = Supervisor(server, report=self._report)
        try:
            if server is not None:
                server.start()
            self._start_site(supervisor, port, server)
            supervisor.watch()
        finally:
            self._report("Stopping …")
            supervisor.stop()

    def _start_site(
        self, supervisor: Supervisor, port: int, server: EmbeddedPostgres | None
    ) -> None:
        env = {"WEB_PROCESSES": "1", **os.environ, "PYTHONUNBUFFERED": "1"}
        if server is not None:
            env["DATABASE_URL"] = server.url
        manage = [sys.executable, str(Path(sys.argv[0]).absolute())]
        supervisor.run_step("Preparing the site", [*manage, "prepare_development"], env)
        self._report("Starting the web server …")
        address = ["--host", HOST, "--port", str(port)]
        web = Service("web server", [*manage, "serve", *address], env)
        supervisor.start(web)
        supervisor.wait_until(lambda: _answers(port), service=web)
        # Not earlier: on a small machine it would only keep the site from starting.
        supervisor.start(Service("worker", [*manage, "worker"], env))
        self._report_addresses()

    def _report_addresses(self) -> None:
        password = chosen_or_generated(settings.DATA_DIR)
        self._report(
            "\nThe site is running.\n\n"
            f"  Editing   {settings.PUBLIC_URL}/admin/\n"
            f"  Sign-in   user admin, password {password} (unless it was changed there)\n"
            f"  JSON      {settings.PUBLIC_URL}/api/v2/pages/\n"
            f"  API docs  {settings.PUBLIC_URL}/api/docs/\n"
            f"  Data      {settings.DATA_DIR}\n\n"
            "Ctrl-C ends it.\n"
        )

    def _report(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


@contextmanager
def _only_one_run(data_dir: Path) -> Iterator[None]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data_dir / "run.lock").open("ab")
    except OSError as error:
        message = f"DATA_DIR {data_dir} cannot be used: {error.strerror}."
        raise CommandError(message) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"The site of {data_dir} is already running."
            raise CommandError(message) from error
        yield


def _check_port(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            message = f"Port {port} cannot be used ({error}): choose another, as in PORT=8001."
            raise CommandError(message) from error


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=READY_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
