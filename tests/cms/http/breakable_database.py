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
        self._lock = threading.Lock()
        self._is_cut = False
        self.port = free_port()
        self.restore()

    def restore(self) -> None:
        self._is_cut = False
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Every connection ends and new ones are refused."""
        with self._lock:
            self._is_cut = True
            for one in (self._listener, *self._open):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
            self._open.clear()

    def _connect(self) -> socket.socket:
        host, port = str(self._settings["HOST"] or ""), int(self._settings["PORT"] or 5432)
        if host and not host.startswith("/"):
            return socket.create_connection((host, port))
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.connect(f"{host or '/var/run/postgresql'}/.s.PGSQL.{port}")
            stack.pop_all()
        return server

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                with contextlib.ExitStack() as stack:
                    client = stack.enter_context(listener.accept()[0])
                    server = stack.enter_context(self._connect())
                    with self._lock:
                        # It may have come in the moment of the cut.
                        if self._is_cut:
                            return
                        self._open += [client, server]
                        stack.pop_all()
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
