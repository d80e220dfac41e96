"""A server that answers like GitHub's REST API, and as badly as it is told to.

One thread for each connection. What it answers is valid by GitHub's own OpenAPI description
(`test_server.py` holds it against that).
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.integrations.github import world

Fault = Callable[["Handler"], bool]
"""Answers instead of the server and says True, or lets it answer."""


@dataclass
class Seen:
    """One request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int = 0


@dataclass
class FakeGitHub:
    """What is on it, what it was asked, and what is wrong with it."""

    repositories: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    contributions: list[dict[str, Any]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=lambda: {"core": 5000, "search": 30})
    clock_skew_seconds: int = 0
    page_size: int = 100

    def __post_init__(self) -> None:
        handler = type("BoundHandler", (Handler,), {"github": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def forget(self) -> None:
        self.seen.clear()

    @property
    def statuses(self) -> list[int]:
        return [one.status for one in self.seen]

    @property
    def most_at_once(self) -> int:
        return self._most_at_once

    def enter(self) -> None:
        with self._lock:
            self._now += 1
            self._most_at_once = max(self._most_at_once, self._now)

    def leave(self) -> None:
        with self._lock:
            self._now -= 1

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.clock_skew_seconds, tz=UTC)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    github: FakeGitHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        github = self.github
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen = Seen(parts.path, query, headers)
        github.seen.append(self.seen)
        github.enter()
        try:
            with suppress(ConnectionError):
                if not any(fault(self) for fault in list(github.faults)):
                    self._answer()
        finally:
            github.leave()

    def _answer(self) -> None:
        github, seen = self.github, self.seen
        if seen.path.startswith("/users/") and seen.path.endswith("/repos"):
            login = seen.path.split("/")[2].lower()
            if login not in github.repositories:
                return self.send(404, world.error("Not Found"))
            newest = sorted(
                github.repositories[login], key=lambda one: str(one["created_at"]), reverse=True
            )
            return self.send_page(newest, lambda items: items)
        if seen.path == "/search/issues":
            found = world.found(github.contributions, seen.query["q"])
            found.sort(key=lambda one: str(one["created_at"]), reverse=True)
            return self.send_page(
                found[:1000],
                lambda items: {
                    "total_count": len(found),
                    "incomplete_results": False,
                    "search_type": "lexical",
                    "items": items,
                },
                resource="search",
            )
        return self.send(404, world.error("Not Found"))

    def send_page(
        self, found: list[Any], wrap: Callable[[list[Any]], Any], resource: str = "core"
    ) -> None:
        size = min(int(self.seen.query["per_page"]), self.github.page_size)
        number = int(self.seen.query.get("page", "1"))
        headers = {}
        if number * size < len(found):
            query = urlencode({**self.seen.query, "page": str(number + 1)})
            headers["Link"] = f'<{self.github.url}{self.seen.path}?{query}>; rel="next"'
        document = wrap(found[(number - 1) * size : number * size])
        self.send(200, document, headers, resource=resource)

    def send(
        self,
        status: int,
        document: Any,
        headers: dict[str, str] | None = None,
        *,
        resource: str = "core",
    ) -> None:
        body = json.dumps(document).encode()
        etag = f'W/"{hashlib.sha256(body + self._token()).hexdigest()}"'
        if status == 200 and self.seen.headers.get("if-none-match") == etag:
            status, body = 304, b""
        elif status != 304:
            self.github.limits[resource] -= 1
        given = {
            "Content-Type": "application/json; charset=utf-8",
            "ETag": etag,
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": str(max(self.github.limits[resource], 0)),
            "X-RateLimit-Reset": str(int(self.github.now().timestamp()) + 3600),
            "X-RateLimit-Resource": resource,
            **(headers or {}),
        }
        self.send_raw(status, body, given)

    def send_raw(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.seen.status = status
        self.send_response_only(status)
        self.send_header("Date", format_datetime(self.github.now(), usegmt=True))
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def _token(self) -> bytes:
        return self.seen.headers.get("authorization", "").encode()
