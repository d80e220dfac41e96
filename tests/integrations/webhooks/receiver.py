"""A receiver of webhooks that can be as broken as real ones are. One thread for each connection."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

Behaviour = Callable[[socket.socket], None]


@dataclass
class Received:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)
    method: str = "POST"


def answer(status: int = 200, body: bytes = b"ok", **headers: str) -> Behaviour:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"

    def send(connection: socket.socket) -> None:
        connection.sendall(head + body)

    return send


def raw(content: bytes) -> Behaviour:
    def send(connection: socket.socket) -> None:
        connection.sendall(content)

    return send


def reset(connection: socket.socket) -> None:
    """A RST instead of an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def hang(connection: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    while connection.recv(1024):
        pass


def drip(content: bytes, pause: float = 0.05) -> Behaviour:
    def send(connection: socket.socket) -> None:
        for number in range(len(content)):
            connection.sendall(content[number : number + 1])
            time.sleep(pause)
        hang(connection)

    return send


class Receiver:
    """Answers each connection by the next behaviour, and by the last one for ever."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.behaviours: list[Behaviour] = [answer()]
        self._tls = tls
        self._server = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._stopping = False
        self._of_this_thread = threading.local()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    @property
    def request(self) -> Received:
        """For behaviours: the one to be answered. Another may have come since."""
        request: Received = self._of_this_thread.request
        return request

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping = True
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def behave(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)

    def _serve(self) -> None:
        while not self._stopping:
            try:
                connection, _peer = self._server.accept()
            except OSError:
                return
            self.connections += 1
            behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
            threading.Thread(target=self._handle, args=(connection, behaviour), daemon=True).start()

    def _handle(self, connection: socket.socket, behaviour: Behaviour) -> None:
        with suppress(OSError):
            wrapped = (
                self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            )
            with wrapped:
                request = self._of_this_thread.request = _read(wrapped)
                self.received.append(request)
                behaviour(wrapped)


def _read(connection: socket.socket) -> Received:
    content = b""
    while b"\r\n\r\n" not in content:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError
        content += chunk
    head, _, body = content.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError
        body += chunk
    method, path, _version = first.split(" ")
    return Received(path, headers, body, method=method)
