"""Answered requests, counted in files that all web processes of a server share
(`PROMETHEUS_MULTIPROC_DIR`, which `manage.py serve` sets). Knows nothing of Django's apps, so that
what stands outside of Django can count as well.
"""

import os
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_process_registry = CollectorRegistry()
_REQUESTS = Counter(
    "cms_http_requests",
    "Answered requests by route, method and class of the status",
    ["route", "method", "status"],
    registry=_process_registry,
)
_DURATION = Histogram(
    "cms_http_request_duration_seconds",
    "Time to answer by route and method",
    ["route", "method"],
    buckets=(0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=_process_registry,
)
_REMEMBERED = Counter(
    "cms_remembered_answers",
    "Requests answered without Django: hit, shared (Redis), collapsed (waited for another), stale",
    ["outcome"],
    registry=_process_registry,
)


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count an answer; ``route`` is the pattern of a URL, never a path."""
    requests, duration = _series(route, method if method in _METHODS else "other", status // 100)
    requests.inc()
    duration.observe(seconds)


def count_remembered(*, outcome: str, route: str, method: str, status: int, seconds: float) -> None:
    """Count an answer that Django knows nothing of."""
    _remembered(outcome).inc()
    count_request(route=route, method=method, status=status, seconds=seconds)


# To find a series costs more than to add to it.
@lru_cache(maxsize=1024)
def _series(route: str, method: str, status_class: int) -> tuple[Counter, Histogram]:
    return (
        _REQUESTS.labels(route, method, f"{status_class}xx"),
        _DURATION.labels(route, method),
    )


@lru_cache(maxsize=8)
def _remembered(outcome: str) -> Counter:
    return _REMEMBERED.labels(outcome)


def request_registry() -> CollectorRegistry:
    """What was counted by all web processes of this server, or else by this process."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return _process_registry
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
