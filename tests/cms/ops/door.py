"""A door on this machine that counts who knocks."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Door:
    """`knocks` by parcel; `status` is what the next ones are answered."""

    def __init__(self) -> None:
        self.knocks: Counter[int] = Counter()
        self.status = 204
        self.url = ""
        self._lock = threading.Lock()

    def answer(self, path: str) -> int:
        parcel = int(parse_qs(urlsplit(path).query)["parcel"][0])
        with self._lock:
            self.knocks[parcel] += 1
        return self.status


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


@contextmanager
def open_door() -> Iterator[Door]:
    """A door at `url`, until the block ends."""
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(door.answer(self.path))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    door.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()
