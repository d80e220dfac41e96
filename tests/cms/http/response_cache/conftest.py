"""The cache around the real application, and a Redis of the tests' own."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from redis import Redis

from cms.content_version.watcher import ContentVersionWatcher
from cms.http.response_cache.memory import MemoryCache
from cms.http.response_cache.middleware import Environ, ResponseCache
from cms.http.response_cache.shared import SharedCache
from tests.cms.content_version.conftest import Database, database, watcher_of
from tests.cms.http.conftest import wait_until_open
from tests.ports import free_port

__all__ = ["database", "watcher_of"]

MEGABYTE = 1024 * 1024


@dataclass
class Answer:
    """What the server would have sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def became(self) -> str:
        """The Cache-Status without this cache's name, empty when it had nothing to do with it."""
        return self.headers.get("cache-status", "").removeprefix("cms; ")


def environ_for(target: str, method: str = "GET", **headers: str) -> Environ:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = RequestFactory().generic(method, target, headers={"Host": "testserver", **given})
    environ: Environ = request.environ
    return environ


@dataclass
class Site:
    """One web process: the application behind a cache of its own."""

    watcher: ContentVersionWatcher
    shared: SharedCache | None = None
    limit: int = MEGABYTE
    cache: ResponseCache = field(init=False)

    def __post_init__(self) -> None:
        memory = MemoryCache(self.limit)
        self.cache = ResponseCache(
            WSGIHandler(), memory=memory, shared=self.shared, watcher=self.watcher
        )

    def ask(self, target: str, method: str = "GET", **headers: str) -> Answer:
        return self.ask_with(environ_for(target, method, **headers))

    def ask_with(self, environ: Environ) -> Answer:
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            heads.append((status, headers))

        chunks = self.cache(environ, start_response)
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        ((status, headers),) = heads
        names = [name.lower() for name, _value in headers]
        assert len(set(names)) == len(names), "no header twice"
        return Answer(
            int(status[:3]), dict(zip(names, (v for _n, v in headers), strict=True)), body
        )


StartSite = Callable[..., Site]


@pytest.fixture
def start_site(database: Database, watcher_of: Callable[..., ContentVersionWatcher]) -> StartSite:
    """Starts another process of the site."""

    def start(shared: SharedCache | None = None, limit: int = MEGABYTE) -> Site:
        return Site(watcher_of(), shared, limit)

    return start


@pytest.fixture
def cached_site(start_site: StartSite) -> Site:
    return start_site()


@dataclass
class RedisServer:
    """A redis-server of its own, without a file."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @cached_property
    def client(self) -> "Redis":
        return Redis.from_url(self.url)

    def cache(self, *, secret: bytes = b"secret", namespace: str = "test") -> SharedCache:
        # A busy machine may be slower than what is bearable in production.
        return SharedCache(self.url, secret=secret, namespace=namespace, timeout_seconds=3)

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)


def start_redis(folder: Path) -> RedisServer:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    port = free_port()
    options: dict[str, Any] = {"port": port, "bind": "127.0.0.1", "save": "", "dir": folder}
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    wait_until_open(port, process)
    return RedisServer(port, process)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = start_redis(tmp_path)
    try:
        yield server
    finally:
        server.client.close()
        server.go_on()
        server.end()
