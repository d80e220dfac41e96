"""/metrics in the text format of Prometheus, for every process of this web server together.

Requests are counted by `request_metrics`; what the worker has to do is asked of the database at
each scrape, so it does not matter which process answers.
"""

import hmac
import logging
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from cms.ops import figures
from cms.ops.request_metrics import count_request, request_registry

PATH = "/metrics"
_HEADERS_OF_PROXIES = ("X-Forwarded-For", "Forwarded", "X-Real-IP")

logger = logging.getLogger(__name__)


class MetricsMiddleware:
    """The outermost: counts what all others answer, and answers /metrics itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == PATH:
            return _scrape(request)
        started = time.perf_counter()
        response = self.get_response(request)
        count_request(
            route=_route(request, response),
            method=request.method or "",
            status=response.status_code,
            seconds=time.perf_counter() - started,
        )
        return response


def _route(request: HttpRequest, response: HttpResponseBase) -> str:
    """The pattern of the URL and never the path: whoever calls must not be able to add series."""
    match = request.resolver_match
    if match is not None:
        return str(match.route) or "/"
    if request.path_info in ("/healthz", "/readyz"):
        return request.path_info
    is_static = request.path_info.startswith(settings.STATIC_URL) and response.status_code < 400
    return "static" if is_static else "unmatched"


def _scrape(request: HttpRequest) -> HttpResponseBase:
    if not _may_scrape(request):
        return HttpResponseForbidden("A token is needed.\n", content_type="text/plain")
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    response = HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response


def _may_scrape(request: HttpRequest) -> bool:
    """With the token; or from this machine, if no proxy can make it look so."""
    expected = settings.METRICS_TOKEN
    if expected:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {expected}".encode()):
            return True
    forwarded = any(name in request.headers for name in _HEADERS_OF_PROXIES)
    return not settings.TRUSTED_PROXY_COUNT and not forwarded and _is_loopback(request)


def _is_loopback(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def exposition() -> bytes:
    """All metrics in the text format."""
    database = CollectorRegistry()
    database.register(_DatabaseCollector())
    return generate_latest(request_registry()) + generate_latest(database)


_gauges: dict[str, tuple[str, Callable[[], float]]] = {}


def register_gauge(name: str, documentation: str, value: Callable[[], float]) -> None:
    """Add `cms_<name>`, read from the database at each scrape; from `AppConfig.ready`."""
    _gauges[name] = (documentation, value)


class _DatabaseCollector(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        is_up = GaugeMetricFamily("cms_database_up", "1 if the database answers")
        try:
            families = [*_of_jobs(figures.load()), *_registered()]
        except Error:
            logger.warning("The figures of the worker cannot be read", exc_info=True)
            families = []
        is_up.add_metric([], float(bool(families)))
        yield is_up
        yield from families


def _registered() -> Iterator[GaugeMetricFamily]:
    for name, (documentation, value) in _gauges.items():
        yield GaugeMetricFamily(f"cms_{name}", documentation, value=value())


def _of_jobs(current: figures.Figures) -> Iterator[GaugeMetricFamily]:
    jobs = GaugeMetricFamily(
        "cms_jobs", "Jobs by queue and status (todo, doing, failed)", labels=["queue", "status"]
    )
    for (queue, status), number in current.jobs.items():
        jobs.add_metric([queue, status], number)
    yield jobs
    waiting = GaugeMetricFamily("cms_outbox_waiting", "Rows to be done", labels=["kind"])
    dead = GaugeMetricFamily("cms_outbox_dead_letters", "Rows given up", labels=["kind"])
    for kind in current.waiting:
        waiting.add_metric([kind], current.waiting[kind])
        dead.add_metric([kind], current.dead[kind])
    yield from (waiting, dead)
    yield GaugeMetricFamily(
        "cms_oldest_due_seconds",
        "For how long the oldest job or row that is due has been waiting",
        value=current.oldest_due_seconds or 0.0,
    )
    yield GaugeMetricFamily("cms_worker_lanes", "Lanes of all workers", value=current.lanes)
    if current.heartbeat_age_seconds is not None:
        yield GaugeMetricFamily(
            "cms_worker_heartbeat_age_seconds",
            "Since the newest sign of life of any worker; missing when there is none",
            value=current.heartbeat_age_seconds,
        )
