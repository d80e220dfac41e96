"""What only raw bytes and a real server show."""

import json
from typing import Any

import pytest

from tests.cms.http.conftest import LiveServer

pytestmark = [pytest.mark.django_db]


def parts(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status_line.split()[1]), {k.lower(): v for k, v in headers.items()}, body


def problem(answer: bytes, status: int) -> dict[str, Any]:
    given_status, headers, body = parts(answer)
    assert given_status == status, answer[:500]
    assert headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(body)
    assert document["status"] == status
    assert document["request_id"] == headers["x-request-id"]
    return document


def access_lines(server: LiveServer, request_id: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    return [line for line in lines if line["request_id"] == request_id]


def test_head_has_the_length_of_get_and_no_body(live_wsgi_server: LiveServer) -> None:
    status, get, body = parts(live_wsgi_server.get("/api/test/varied/"))
    head_status, head, nothing = parts(live_wsgi_server.get("/api/test/varied/", method="HEAD"))
    assert (status, head_status) == (200, 200)
    assert nothing == b""
    assert head["content-length"] == get["content-length"] == str(len(body))
    assert head["etag"] == get["etag"]


def test_304_has_no_body_and_no_type(live_wsgi_server: LiveServer) -> None:
    _, first, _ = parts(live_wsgi_server.get("/api/test/varied/"))
    answer = live_wsgi_server.get("/api/test/varied/", f"If-None-Match: {first['etag']}")
    status, headers, body = parts(answer)
    assert (status, body) == (304, b"")
    assert headers["etag"] == first["etag"]
    assert headers["cache-control"] == first["cache-control"]
    assert "content-type" not in headers


def test_chunked_body_is_411(live_wsgi_server: LiveServer) -> None:
    answer = live_wsgi_server.exchange(
        b"POST /api/contact HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )
    problem(answer, 411)


def test_announced_body_is_refused_before_it_is_sent(live_wsgi_server: LiveServer) -> None:
    answer = live_wsgi_server.exchange(
        b"POST /api/contact HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Length: 10000000000\r\n\r\n"
    )
    problem(answer, 413)


def test_foreign_host_is_a_problem(live_wsgi_server: LiveServer) -> None:
    answer = live_wsgi_server.exchange(
        b"GET /api/test/varied/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )
    problem(answer, 400)


@pytest.mark.parametrize(
    ("target", "statuses"),
    [
        ("/api/test/varied/%00", {404}),
        ("/api/%ff%fe/", {404}),
        ("/api/test/varied/?a=%00", {400}),
        ("/api/test/varied/?a=%ED%A0%80", {400}),
        ("/api/test/varied/?a=\xff", {400}),
        ("/%00", {404}),
        ("/media/%00", {404}),
        ("/%ff", {404}),
        ("/api/..%2f..%2fetc/passwd", {404}),
    ],
)
def test_hostile_target_is_never_a_500(
    live_wsgi_server: LiveServer, target: str, statuses: set[int]
) -> None:
    answer = live_wsgi_server.get(target)
    status, _, _ = parts(answer)
    assert status in statuses
    # A raw byte in the target is refused by the server itself, before the application.
    if target.startswith("/api/") and target.isascii():
        problem(answer, status)


def test_failure_is_logged_under_the_id_of_its_answer(live_wsgi_server: LiveServer) -> None:
    answer = live_wsgi_server.get("/api/test/fail/500", "X-Request-ID: live-failure-1")

    assert problem(answer, 500)["request_id"] == "live-failure-1"
    assert b"secret" not in answer
    lines = access_lines(live_wsgi_server, "live-failure-1")
    assert [line["logger"] for line in lines] == ["django.request", "cms.access"]
    assert "RuntimeError: secret" in lines[0]["exception"]
    assert live_wsgi_server.log().count("Internal Server Error: /api/test/fail/500") == 1


def test_access_line_is_one_json_object_without_person_or_query(
    live_wsgi_server: LiveServer,
) -> None:
    target = "/api/test/%0d%0a%1b[31mx?email=ana@example.org"
    live_wsgi_server.get(
        target, "X-Request-ID: live-access-1", "X-Forwarded-For: 6.6.6.6, 203.0.113.77"
    )

    (line,) = access_lines(live_wsgi_server, "live-access-1")
    assert line["path"] == "/api/test/\r\n\x1b[31mx"
    assert (line["method"], line["status"], line["client"]) == ("GET", 404, "203.0.113.0/24")
    log = live_wsgi_server.log()
    assert "\x1b[31m" not in log
    assert "ana@example.org" not in log
    assert "203.0.113.77" not in log
