"""A port in front of the test database that can be closed and opened again."""

import contextlib
import selectors
import socket
import threading
from typing import Any

from tests.ports import free_port


class BreakableDatabase:
    """Forwards connections to PostgreSQL until `cut`, and again after `restore`."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._open: list[socket.socket] = []
        self.port = free_port()
        self.restore()

    def restore(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Every connection ends and new ones are refused."""
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _connect(self) -> socket.socket:
        host, port = str(self._settings["HOST"] or ""), int(self._settings["PORT"] or 5432)
        if host and not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host or '/var/run/postgresql'}/.s.PGSQL.{port}")
        return server

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = self._connect()
                self._open += [client, server]
                threading.Thread(target=_forward, args=(client, server), daemon=True).start()


def _forward(client: socket.socket, server: socket.socket) -> None:
    other = {client: server, server: client}
    with contextlib.suppress(OSError, ValueError), selectors.DefaultSelector() as selector:
        for one in other:
            selector.register(one, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                source = key.fileobj
                if not isinstance(source, socket.socket):
                    continue
                chunk = source.recv(65_536)
                if not chunk:
                    client.close()
                    server.close()
                    return
                other[source].sendall(chunk)
