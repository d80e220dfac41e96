"""Everything that GitHub, or what stands in its place, may do instead of answering well."""

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from integrations.github.failures import Failure
from tests.integrations.github.server import Fault, Handler
from tests.integrations.github.world import error

UNICORN = b"<!DOCTYPE html><title>Unicorn!</title><p>We had issues producing the response.</p>"
JSON = {"Content-Type": "application/json; charset=utf-8"}
_SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes."


def replies(status: int, document: Any, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def fault(handler: Handler) -> bool:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        handler.send_raw(status, body, {**JSON, **named})
        return True

    return fault


def used_up(handler: Handler) -> bool:
    """The primary limit, with 100 seconds to go by GitHub's clock."""
    reset = str(int(handler.github.now().timestamp()) + 100)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "60", "X-RateLimit-Reset": reset}
    handler.send_raw(
        403, json.dumps(error("API rate limit exceeded")).encode(), {**JSON, **headers}
    )
    return True


def retry_at_date(status: int) -> Fault:
    def fault(handler: Handler) -> bool:
        moment = format_datetime(handler.github.now() + timedelta(seconds=100), usegmt=True)
        body = json.dumps(error(_SECONDARY)).encode()
        handler.send_raw(status, body, {**JSON, "Retry-After": moment})
        return True

    return fault


def hang(handler: Handler) -> bool:
    """Says nothing until the other side has gone."""
    handler.connection.settimeout(5)
    handler.connection.recv(1)
    handler.close_connection = True
    return True


def drip(start: bytes) -> Fault:
    def fault(handler: Handler) -> bool:
        handler.wfile.write(start)
        for _number in range(60):
            handler.wfile.write(b"x")
            time.sleep(0.05)
        handler.close_connection = True
        return True

    return fault


def cut(handler: Handler) -> bool:
    handler.send_raw(200, b'[{"id": 1, "na', {**JSON, "Content-Length": "9000"})
    return True


def huge(handler: Handler) -> bool:
    handler.send_raw(200, b"[" + b" " * 20_000_000 + b"]", JSON)
    return True


def reset(handler: Handler) -> bool:
    handler.connection.close()
    handler.close_connection = True
    return True


def on_page_two(fault: Fault) -> Fault:
    return lambda handler: handler.seen.query.get("page") == "2" and fault(handler)


def incomplete(handler: Handler) -> bool:
    handler.send(200, {"total_count": 1, "incomplete_results": True, "items": []})
    return True


def nothing_left(handler: Handler) -> bool:
    is_search = handler.seen.path.startswith("/search/")
    found = {"total_count": 0, "incomplete_results": False, "items": []}
    handler.send(200, found if is_search else [])
    return True


def lacking_fields(handler: Handler) -> bool:
    items = [{"id": 1, "name": "x"}, {"id": "2"}, None]
    is_search = handler.seen.path.startswith("/search/")
    found = {"total_count": 3, "incomplete_results": False, "items": items}
    handler.send(200, found if is_search else items)
    return True


def links_to(elsewhere: str) -> Fault:
    """A good first page that says the next one is on another host."""

    def fault(handler: Handler) -> bool:
        is_search = handler.seen.path.startswith("/search/")
        found = {"total_count": 0, "incomplete_results": False, "items": []}
        link = {"Link": f'<{elsewhere}/repos?page=2>; rel="next"'}
        handler.send(200, found if is_search else [], link)
        return True

    return fault


@dataclass(frozen=True)
class Case:
    """A fault, what it is called then, and for how long nothing may be asked (seconds)."""

    name: str
    fault: Fault
    failure: Failure
    wait: int = 60


CASES = [
    Case("403 primary", used_up, Failure.PRIMARY_LIMIT, 101),
    Case(
        "403 secondary with Retry-After",
        replies(403, error(_SECONDARY), Retry_After="100"),
        Failure.SECONDARY_LIMIT,
        100,
    ),
    Case("403 secondary", replies(403, error(_SECONDARY)), Failure.SECONDARY_LIMIT),
    Case("429 until a date", retry_at_date(429), Failure.SECONDARY_LIMIT, 100),
    Case("429", replies(429, UNICORN, Content_Type="text/html"), Failure.SECONDARY_LIMIT),
    Case("401", replies(401, error("Bad credentials")), Failure.BAD_TOKEN),
    Case("403", replies(403, error("Must have push access")), Failure.FORBIDDEN),
    Case("404", replies(404, error("Not Found")), Failure.NOT_FOUND),
    Case("422", replies(422, error("Validation Failed")), Failure.REFUSED_QUERY),
    Case("500", replies(500, error("Server Error")), Failure.SERVER_ERROR),
    Case("503 HTML", replies(503, UNICORN, Content_Type="text/html"), Failure.SERVER_ERROR),
    Case(
        "503 with Retry-After",
        replies(503, UNICORN, Content_Type="text/html", Retry_After="100"),
        Failure.SERVER_ERROR,
        100,
    ),
    Case("200 HTML", replies(200, UNICORN, Content_Type="text/html"), Failure.NO_JSON),
    Case("200 garbage", replies(200, b"[[[[NaN"), Failure.NO_JSON),
    Case("200 nested", replies(200, b"[" * 100_000), Failure.NO_JSON),
    Case("200 null", replies(200, b"null"), Failure.SENSELESS),
    Case("200 nothing", replies(200, b""), Failure.NO_JSON),
    Case("cut JSON", cut, Failure.UNREACHABLE),
    Case("reset", reset, Failure.UNREACHABLE),
    Case("hang", hang, Failure.TIMEOUT),
    Case("headers that drip", drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), Failure.TIMEOUT),
    Case(
        "a body that drips",
        drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n"),
        Failure.TIMEOUT,
    ),
    Case("20 MB", huge, Failure.TOO_LARGE),
    Case("page 2 fails", on_page_two(replies(500, error("Server Error"))), Failure.SERVER_ERROR),
    Case("an empty list", nothing_left, Failure.EMPTY),
    Case("fields that lack", lacking_fields, Failure.SENSELESS),
    Case(
        "an endless redirect",
        lambda handler: replies(301, {}, Location=handler.path)(handler),
        Failure.SENSELESS,
    ),
]
