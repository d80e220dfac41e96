import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from tests.ports import free_port

START_SECONDS = 60


@dataclass(frozen=True)
class LiveServer:
    """granian on loopback with the test database; `log` is what it has printed so far."""

    port: int
    log_path: Path

    def exchange(self, request: bytes) -> bytes:
        """The raw answer to raw bytes; the server is asked to close the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection_:
            connection_.sendall(request)
            answer = b""
            while part := connection_.recv(65_536):
                answer += part
        return answer

    def get(self, target: str, *headers: str, method: str = "GET") -> bytes:
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
        return self.exchange("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def log(self) -> str:
        return self.log_path.read_text()


def wait_until_open(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server did not start")


def database_url(port: int | None = None) -> str:
    """The test database's URL, or what it would be behind a port of this machine."""
    parts = connection.settings_dict
    host = str(parts["HOST"] or "").replace("/", "%2F").replace(" ", "%20")
    place = f"{host}:{parts['PORT']}" if port is None else f"127.0.0.1:{port}"
    return f"postgres://{parts['USER']}:{parts['PASSWORD']}@{place}/{parts['NAME']}"


@contextmanager
def running_server(log_path: Path, database: str, **variables: str) -> Iterator[LiveServer]:
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.cms.http.live_settings",
        "DATABASE_URL": database,
        "LOG_FORMAT": "json",
        **variables,
    }
    arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    arguments += ["--blocking-threads", "4"]
    with log_path.open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", *arguments, "cms.wsgi:application"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_open(port, server)
            yield LiveServer(port, log_path)
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="session")
def live_wsgi_server(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The real server in front of the real application, for what a test client does not carry."""
    with running_server(tmp_path_factory.mktemp("granian") / "log", database_url()) as server:
        yield server
