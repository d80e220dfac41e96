"""The WSGI middleware: answers what it knows, and remembers what Django answers.

On a hit nothing of Django runs but the access log. While the database is away, what was answered
last goes on being answered.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from cms.content_version.watcher import ContentVersionWatcher
from cms.http.access_log import log_access
from cms.http.request_id import choose_request_id
from cms.http.response_cache.answer import CachedAnswer, Capture, Headers
from cms.http.response_cache.flights import Flights
from cms.http.response_cache.key import cache_key
from cms.http.response_cache.memory import MemoryCache
from cms.http.response_cache.shared import SharedCache

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Outcome(Enum):
    """What became of a request, as Cache-Status (RFC 9211) says it."""

    HIT = "cms; hit"
    SHARED = "cms; hit; detail=shared"
    COLLAPSED = "cms; fwd=miss; collapsed"
    STALE = "cms; hit; detail=stale"
    MISS = "cms; fwd=miss"


class Observation(NamedTuple):
    """An answer that was given without Django; `route` is the pattern of its URL."""

    outcome: Outcome
    route: str
    method: str
    status: int
    seconds: float


Observe = Callable[[Observation], None]

_OUTAGE_SECONDS = 1.0
"""So long after a 503 of Django's, what stands in is sent without asking Django again."""


def _ignore(_observation: Observation) -> None:
    """Nobody counts."""


class ResponseCache:
    """Wraps a Django application, which sees nothing of what is answered here: `observe` does."""

    def __init__(
        self,
        application: Application,
        *,
        memory: MemoryCache,
        shared: SharedCache | None = None,
        watcher: ContentVersionWatcher | None = None,
        observe: Observe = _ignore,
    ) -> None:
        self._application = application
        self._memory = memory
        self._shared = shared
        self._watcher = watcher or ContentVersionWatcher()
        self._observe = observe
        self._flights = Flights()
        self._outage_ends_at = 0.0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        key = cache_key(environ)
        version = None if key is None else self._watcher.current()
        if key is None or version is None:
            return self._application(environ, start_response)
        exchange = _Exchange(environ, start_response, started, key, version, self._observe)
        answer = self._memory.get(key)
        if answer is not None:
            now = time.time()
            if answer.is_fresh(version, now):
                return exchange.respond(answer, Outcome.HIT)
            if time.monotonic() < self._outage_ends_at and answer.stands_in(version, now):
                return exchange.respond(answer, Outcome.STALE)
        return self._miss(exchange, answer)

    def _miss(self, exchange: "_Exchange", outdated: CachedAnswer | None) -> Iterable[bytes]:
        flight, leads = self._flights.join((exchange.key, exchange.version))
        if not leads:
            joined = flight.wait()
            if joined is not None:
                return exchange.respond(joined, Outcome.COLLAPSED)
            return self._make(exchange, outdated)[0]
        answer = None
        try:
            response, answer = self._fetch(exchange) or self._make(exchange, outdated)
        finally:
            self._flights.land((exchange.key, exchange.version), flight, answer)
        return response

    def _fetch(self, exchange: "_Exchange") -> tuple[Iterable[bytes], CachedAnswer] | None:
        """The answer of another process."""
        if self._shared is None:
            return None
        answer = self._shared.get(exchange.key, exchange.version)
        if answer is None or not answer.is_fresh(exchange.version, time.time()):
            return None
        self._memory.put(exchange.key, answer)
        return exchange.respond(answer, Outcome.SHARED), answer

    def _make(
        self, exchange: "_Exchange", outdated: CachedAnswer | None
    ) -> tuple[Iterable[bytes], CachedAnswer | None]:
        """Django's response, and what of it is kept."""
        capture = exchange.environ[Capture.ENVIRON_KEY] = Capture()
        head = _Head()
        response = self._application(exchange.environ, head)
        if head.is_unavailable:
            self._outage_ends_at = time.monotonic() + _OUTAGE_SECONDS
            if outdated is not None and outdated.stands_in(exchange.version, time.time()):
                _close(response)
                return exchange.respond(outdated, Outcome.STALE), None
        if capture.body is None:
            exchange.start_response(head.status, head.headers)
            return response, None
        answer = capture.answer(exchange.version, head.headers)
        self._memory.put(exchange.key, answer)
        if self._shared is not None:
            self._shared.put(exchange.key, answer)
        added = [("Vary", "Accept-Encoding"), ("Cache-Status", Outcome.MISS.value)]
        exchange.start_response(head.status, [*head.headers, *added])
        return response, answer


@dataclass(slots=True)
class _Exchange:
    """A request that may be answered from here; `started` on the performance counter."""

    environ: Environ
    start_response: StartResponse
    started: float
    key: str
    version: str
    observe: Observe

    def respond(self, answer: CachedAnswer, outcome: Outcome) -> Iterable[bytes]:
        environ = self.environ
        status, headers, body = answer.form_for(environ)
        request_id = choose_request_id(environ.get("HTTP_X_REQUEST_ID"))
        own = [
            ("Cache-Control", answer.cache_control(time.time())),
            ("Cache-Status", outcome.value),
            ("X-Request-ID", request_id),
        ]
        self.start_response(status, [*headers, *own])
        method, code = environ["REQUEST_METHOD"], int(status[:3])
        seconds = time.perf_counter() - self.started
        self.observe(Observation(outcome, answer.route, method, code, seconds))
        log_access(
            environ,
            path=environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"],
            status=code,
            duration_ms=round(seconds * 1000, 1),
            body_bytes=len(body),
            request_id=request_id,
        )
        return [] if method == "HEAD" else [body]


class _Head:
    """A `start_response` that keeps what it is told; Django tells it once."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = status, headers

    @property
    def is_unavailable(self) -> bool:
        return self.status.startswith("503")


def _close(response: Iterable[bytes]) -> None:
    close = getattr(response, "close", None)
    if close is not None:
        close()
