"""`manage.py run`: the whole site on one's own machine, in the foreground."""

import fcntl
import http.client
import json
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.ops.admin_password import chosen_or_generated
from cms.ops.conditions import OK
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
LOOPBACK_NAMES = ("localhost", HOST)
READY_TIMEOUT_SECONDS = 2.0
WORKER_SECONDS = 30.0
"""The site is of use without a worker, so nobody waits for a slow one for ever."""


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
                self._run(options["port"], _own_frontend_port())
        except StopRequested:
            self._report("Everything has ended.")
        except (EmbeddedPostgresError, SupervisionError) as error:
            raise CommandError(str(error)) from error

    def _run(self, port: int, frontend_port: int | None) -> None:
        if port == frontend_port:
            message = f"PORT and FRONTEND_PORT are both {port}: choose two."
            raise CommandError(message)
        _check_port(port, example="PORT=8001")
        if frontend_port is not None:
            _check_port(frontend_port, example="FRONTEND_PORT=3001")
        server = None
        if not os.environ.get("DATABASE_URL"):
            server = EmbeddedPostgres(settings.DATA_DIR, report=self._report)
        supervisor = Supervisor(server, report=self._report)
        try:
            if server is not None:
                server.start()
            self._start_site(supervisor, port, frontend_port, server)
            supervisor.watch()
        finally:
            self._report("Stopping …")
            supervisor.stop()

    def _start_site(
        self,
        supervisor: Supervisor,
        port: int,
        frontend_port: int | None,
        server: EmbeddedPostgres | None,
    ) -> None:
        env = {"WEB_PROCESSES": "1", **os.environ, "PYTHONUNBUFFERED": "1"}
        if server is not None:
            env["DATABASE_URL"] = server.url
        manage = [sys.executable, str(Path(sys.argv[0]).absolute())]
        supervisor.run_step("Preparing the site", [*manage, "prepare_development"], env)
        self._report("Starting the web server …")
        web = Service("web server", [*manage, "serve", *_address(port)], env)
        supervisor.start(web)
        if frontend_port is not None:
            command = [*manage, "serve_frontend", *_address(frontend_port)]
            frontend = Service("frontend server", command, env)
            supervisor.start(frontend)
            supervisor.wait_until(lambda: _answers(frontend_port, "/"), service=frontend)
        supervisor.wait_until(lambda: _answers(port, "/healthz"), service=web)
        # Not earlier: on a small machine it would only keep the site from starting.
        heartbeat = settings.DATA_DIR / "worker-heartbeat"
        heartbeat.unlink(missing_ok=True)
        worker = Service("worker", [*manage, "worker", "--heartbeat-file", str(heartbeat)], env)
        supervisor.start(worker)
        if not supervisor.wait_until(
            # Each request to the site is a line on the terminal: the file tells when to ask.
            lambda: heartbeat.exists() and _has_worker(port),
            service=worker,
            timeout_seconds=WORKER_SECONDS,
        ):
            self._report("The worker takes long: mails and scheduled pages will be late.")
        self._report_addresses()

    def _report_addresses(self) -> None:
        password = chosen_or_generated(settings.DATA_DIR)
        self._report(
            "\nThe site is running.\n\n"
            f"  Site      {settings.FRONTEND_URL}/\n"
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


def _own_frontend_port() -> int | None:
    """None where FRONTEND_URL names another frontend, which somebody else starts."""
    port = int(os.environ.get("FRONTEND_PORT") or "3000")
    parts = urlsplit(settings.FRONTEND_URL)
    return port if parts.hostname in LOOPBACK_NAMES and parts.port == port else None


def _address(port: int) -> list[str]:
    return ["--host", HOST, "--port", str(port)]


def _check_port(port: int, *, example: str) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            message = f"Port {port} cannot be used ({error}): choose another, as in {example}."
            raise CommandError(message) from error


def _answers(port: int, path: str) -> bool:
    return _body(port, path) is not None


def _has_worker(port: int) -> bool:
    """Whether /readyz knows of a worker: it would be "degraded" otherwise."""
    body = _body(port, "/readyz")
    return body is not None and bool(json.loads(body)["checks"]["worker"] == OK)


def _body(port: int, path: str) -> bytes | None:
    """What is answered with 200, if that is what is answered."""
    connection = http.client.HTTPConnection(HOST, port, timeout=READY_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        return answer.read() if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
