"""What the shipped Caddyfile answers, asked over real TLS."""

import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.deploy.caddy_server import Echo, Front, echo_upstream, running_caddy
from tests.ports import free_port

PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
SANDBOX = "default-src 'none'; sandbox"
HSTS = "max-age=31536000; includeSubDomains; preload"


def place(front: Front, name: str, content: bytes = PIXEL) -> None:
    path = front.media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def seen_headers(body: bytes) -> dict[str, list[str]]:
    seen: dict[str, list[str]] = {}
    for name, value in json.loads(body)["headers"]:
        seen.setdefault(name, []).append(value)
    return seen


def test_media_image_is_answered_inline_and_sandboxed(front: Front) -> None:
    place(front, "images/cover.width-800.png")
    answer, body = front.request("GET", "/media/images/cover.width-800.png")
    assert answer.status == 200
    assert body == PIXEL
    assert answer.headers.get_all("Content-Type") == ["image/png"]
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_all("Content-Security-Policy") == [SANDBOX]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert answer.headers["Content-Disposition"] is None
    assert answer.headers["Server"] is None


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "page.png.html", "noextension"])
def test_media_file_that_is_no_image_is_an_attachment(front: Front, name: str) -> None:
    place(front, f"images/{name}", b"<script>alert(1)</script>")
    answer, _ = front.request("GET", f"/media/images/{name}")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Content-Security-Policy"] == SANDBOX
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/media/original_images/secret.png",
        "/media/documents/secret.png",
        "/media/secret.png",
        "/media/images/.secret.png",
        "/media/images/%2e%2e/documents/secret.png",
        "/media/images/..%2fdocuments/secret.png",
        "/media/images/../documents/secret.png",
        "/media/images/%5c..%5c..%5cdocuments%5csecret.png",
    ],
)
def test_media_outside_the_public_folders_is_not_found(front: Front, path: str) -> None:
    for name in (
        "original_images/secret.png",
        "documents/secret.png",
        "secret.png",
        "images/.secret.png",
    ):
        place(front, name)
    answer, body = front.request("GET", path)
    assert answer.status == 404
    assert PIXEL not in body
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]


@pytest.mark.parametrize(
    "path", ["/media/", "/media/images", "/media/images/", "/media/images/2026/"]
)
def test_media_folder_is_never_listed(front: Front, path: str) -> None:
    place(front, "images/2026/listed.png")
    answer, body = front.request("GET", path)
    assert answer.status == 404
    assert b"listed" not in body


def test_media_post_is_not_found(front: Front) -> None:
    place(front, "images/posted.png")
    answer, _ = front.request("POST", "/media/images/posted.png", b"x")
    assert answer.status == 404


def test_plain_http_is_redirected_to_https(front: Front) -> None:
    connection = http.client.HTTPConnection("localhost", front.http_port, timeout=30)
    connection.request("GET", "/api/v2/events/?limit=1")
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 308
    assert answer.headers["Location"] == "https://localhost/api/v2/events/?limit=1"


@pytest.mark.parametrize("secure", [True, False])
def test_request_for_another_host_is_refused(front: Front, *, secure: bool) -> None:
    plain = http.client.HTTPConnection("localhost", front.http_port, timeout=30)
    connection = front.connect() if secure else plain
    connection.request("GET", "/healthz", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 421
    assert answer.headers["Location"] is None


def test_client_address_and_scheme_reach_the_application_once(front: Front) -> None:
    _, body = front.request(
        "GET",
        "/api/v2/events/",
        X_Forwarded_For="203.0.113.7",
        X_Forwarded_Proto="http",
        Forwarded="for=203.0.113.7",
    )
    seen = seen_headers(body)
    assert seen["x-forwarded-for"] == ["127.0.0.1"]
    assert seen["x-forwarded-proto"] == ["https"]
    assert "forwarded" not in seen


def test_header_name_with_underscores_does_not_reach_the_application(front: Front) -> None:
    connection = front.connect()
    connection.putrequest("GET", "/api/v2/events/")
    connection.putheader("X_Forwarded_For", "203.0.113.7")
    connection.putheader("X_FORWARDED-Proto", "http")
    connection.endheaders()
    seen = seen_headers(connection.getresponse().read())
    connection.close()
    assert [name for name in seen if "_" in name] == []
    assert seen["x-forwarded-for"] == ["127.0.0.1"]


def test_security_header_of_the_application_is_not_doubled(front: Front) -> None:
    answer, _ = front.request("GET", "/api/v2/events/")
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers["Server"] is None


@pytest.mark.parametrize(
    ("path", "allowed", "refused"),
    [
        ("/en/", 65_536, 65_537),
        ("/api/admin/images/", 11_000_000, 12_000_000),
        ("/admin/documents/add/", 21_000_000, 23_000_000),
    ],
)
def test_body_larger_than_the_limit_of_its_path_is_refused(
    front: Front, path: str, allowed: int, refused: int
) -> None:
    answer, body = front.request("POST", path, b"x" * allowed)
    assert (answer.status, json.loads(body)["body_bytes"]) == (200, allowed)
    answer, _ = front.request("POST", path, b"x" * refused)
    assert answer.status == 413


def test_too_large_body_under_api_is_answered_with_a_problem_document(front: Front) -> None:
    answer, body = front.request("POST", "/api/admin/images/", b"x" * 12_000_000)
    assert answer.headers.get_all("Content-Type") == ["application/problem+json"]
    problem = json.loads(body)
    assert (answer.status, problem["status"]) == (413, 413)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "request_id"}
    assert problem["request_id"] == answer.headers["X-Request-ID"]


def test_api_without_application_is_a_problem_document(front_without_upstream: Front) -> None:
    answer, body = front_without_upstream.request("GET", "/api/v2/events/")
    problem = json.loads(body)
    assert (answer.status, problem["status"]) == (503, 503)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_request_during_a_restart_waits_for_the_application(tmp_path: Path) -> None:
    port = free_port()
    with (
        running_caddy(tmp_path, upstream_port=port, restart_seconds=30) as front,
        ThreadPoolExecutor() as pool,
    ):
        waiting = pool.submit(front.request, "GET", "/api/v2/events/")
        time.sleep(0.5)
        assert not waiting.done()
        with echo_upstream(port):
            answer, _ = waiting.result(timeout=60)
    assert answer.status == 200


def test_media_is_answered_while_the_application_is_down(front_without_upstream: Front) -> None:
    place(front_without_upstream, "images/cover.png")
    answer, _ = front_without_upstream.request("GET", "/media/images/cover.png")
    assert answer.status == 200


def test_unfinished_body_does_not_reach_the_application(front: Front) -> None:
    """A slow body is collected by Caddy: only then is a thread of the application asked."""
    raw = socket.create_connection(("127.0.0.1", front.https_port), timeout=30)
    with front.tls.wrap_socket(raw, server_hostname="localhost") as connection:
        connection.sendall(
            b"POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
            b"Connection: close\r\n\r\nab"
        )
        time.sleep(1)
        assert "/slow" not in Echo.begun
        connection.sendall(b"cd")
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        seen = json.loads(answer.read())
    assert "/slow" in Echo.begun
    assert seen["body_bytes"] == 4
    assert ["content-length", "4"] in seen["headers"]
