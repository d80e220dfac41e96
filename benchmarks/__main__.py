"""`make bench`: what a remembered answer costs, beside a bare WSGI application.

Processor time of one web process for each request, because that is what limits a server, and it
hardly depends on what else the machine does. Requests per second are those of this machine, with
the load generator on it.
"""

import argparse
import sys
from urllib.request import Request, urlopen

from benchmarks.load import request_bytes, run
from benchmarks.server import Server, serving

TARGET = "/api/v2/events/?limit=20"
SITE = "cms.wsgi:application"
CONNECTIONS = 8
_GZIP = {"Accept-Encoding": "gzip"}


def _headers_of(port: int, **headers: str) -> dict[str, str]:
    request = Request(f"http://127.0.0.1:{port}{TARGET}", headers=headers)
    with urlopen(request) as answer:  # noqa: S310 - our own server
        return {name.lower(): value for name, value in answer.headers.items()}


def _measure(name: str, server: Server, seconds: float, **headers: str) -> float:
    """Print one line; microseconds of processor time for each request."""
    request = request_bytes(TARGET, headers)
    run(server.port, request, seconds=min(1.0, seconds), connections=CONNECTIONS)
    before = server.cpu_seconds()
    load = run(server.port, request, seconds=seconds, connections=CONNECTIONS)
    cost = (server.cpu_seconds() - before) / load.requests * 1_000_000
    statuses = "/".join(str(status) for status in sorted(load.statuses))
    sys.stdout.write(
        f"{name:<34} {statuses:>7} {load.body_bytes:>8} {load.requests / load.seconds:>9.0f} "
        f"{cost:>12.0f}\n"
    )
    sys.stdout.flush()
    return cost


def _measure_second_level(redis_url: str, seconds: float) -> None:
    """With so little memory that nothing of this size stays there: each answer comes from Redis."""
    with serving(SITE, REDIS_URL=redis_url, RESPONSE_CACHE_MEGABYTES="1") as server:
        _headers_of(server.port)
        became = _headers_of(server.port)["cache-status"]
        if became != "cms; hit; detail=shared":
            problem = f"Redis at {redis_url} is not used: {became}"
            raise SystemExit(problem)
        _measure("from Redis", server, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each line")
    parser.add_argument("--redis", help="URL of a Redis: what an answer of another process costs")
    options = parser.parse_args()
    sys.stdout.write(f"GET {TARGET}, {CONNECTIONS} connections, one process\n\n")
    sys.stdout.write(f"{'':<34} {'status':>7} {'bytes':>8} {'req/s':>9} {'CPU µs/req':>12}\n")
    with serving(SITE, RESPONSE_CACHE_MEGABYTES="0") as server:
        uncached = _measure("without the cache", server, options.seconds)
    with serving(SITE, REDIS_URL="") as server:
        etag = _headers_of(server.port)["etag"]
        length = _headers_of(server.port)["content-length"]
        short = _headers_of(server.port, **_GZIP)["content-length"]
        hit = _measure("remembered", server, options.seconds)
        packed = _measure(
            "remembered, gzip", server, options.seconds, **{"Accept-Encoding": "gzip"}
        )
        _measure("remembered, 304", server, options.seconds, **{"If-None-Match": etag})
    if options.redis:
        _measure_second_level(options.redis, options.seconds)
    bare = []
    for name, size in (("bare WSGI application", length), ("bare, as short as gzip", short)):
        with serving("benchmarks.bare:application", BENCHMARK_BODY_BYTES=size) as server:
            bare.append(_measure(name, server, options.seconds))
    sys.stdout.write(f"\nremembered : bare = {hit / bare[0]:.1f}\n")
    sys.stdout.write(f"remembered : bare, gzip = {packed / bare[1]:.1f}\n")
    sys.stdout.write(f"without the cache : remembered = {uncached / hit:.0f}\n")


if __name__ == "__main__":
    main()
