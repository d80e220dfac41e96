"""One request to a real receiver on this machine, in every way in which it can go wrong."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.webhooks import client
from integrations.webhooks.client import Answer
from integrations.webhooks.failures import Failure, NoAnswerError
from tests.integrations.webhooks.certificates import make_certificate
from tests.integrations.webhooks.receiver import Receiver, answer, drip, hang, raw, reset
from tests.ports import free_port

BODY = b'{"type":"page.published"}'


@pytest.fixture
def here() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def post(url: str, *, seconds: float = 5) -> Answer:
    return client.post(
        url,
        body=BODY,
        headers={"Content-Type": "application/json", "User-Agent": "Test"},
        allow_private=True,
        total_seconds=seconds,
    )


def failure_of(url: str, *, seconds: float = 5) -> Failure:
    with pytest.raises(NoAnswerError) as caught:
        post(url, seconds=seconds)
    return caught.value.failure


def test_request_is_plain_and_complete(here: Receiver) -> None:
    post(here.url + "?x=1")
    (request,) = here.received
    assert request.path == "/hook?x=1"
    assert request.body == BODY
    assert request.headers["host"] == f"127.0.0.1:{here.port}"
    assert request.headers["connection"] == "close"
    assert request.headers["content-length"] == str(len(BODY))
    assert "authorization" not in request.headers


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_status_is_answered_and_no_redirect_followed(here: Receiver, status: int) -> None:
    target = f"http://127.0.0.1:{here.port}/elsewhere"
    here.behave(answer(status, b"" if status == 204 else b"said", Location=target))
    assert post(here.url).status == status
    assert here.connections == 1


def test_retry_after_is_answered(here: Receiver) -> None:
    here.behave(answer(503, Retry_After="120"))
    assert post(here.url).retry_after == "120"


def test_long_answer_is_cut(here: Receiver) -> None:
    sent: list[int] = []

    def flood(connection: socket.socket) -> None:
        size = 64 * 1024 * 1024
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
        for _ in range(size // 4096):
            connection.sendall(b"x" * 4096)
            sent.append(4096)

    here.behave(flood)
    result = post(here.url)
    assert (result.status, len(result.excerpt)) == (200, 1024)
    # What the sockets' own buffers take, some megabytes, comes on top of the 64 kB that are read.
    assert sum(sent) < 32 * 1024 * 1024


def test_compressed_answer_is_not_unpacked(here: Receiver) -> None:
    here.behave(answer(200, b"\x1f\x8b\x08 no gzip", Content_Encoding="gzip"))
    assert post(here.url).excerpt == b"\x1f\x8b\x08 no gzip"


@pytest.mark.parametrize(
    "body",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nno length at all",
    ],
)
def test_status_counts_whatever_becomes_of_the_body(here: Receiver, body: bytes) -> None:
    here.behave(raw(body))
    assert post(here.url).status == 200


def test_body_that_drips_ends_with_the_time_and_the_status_counts(here: Receiver) -> None:
    head = b"HTTP/1.1 202 OK\r\nContent-Length: 100000\r\n\r\n"

    def slow(connection: socket.socket) -> None:
        connection.sendall(head)
        drip(b"x" * 1000)(connection)

    here.behave(slow)
    started = time.monotonic()
    result = post(here.url, seconds=1)
    assert result.status == 202
    assert 0.9 < time.monotonic() - started < 10


@pytest.mark.parametrize("behaviour", [hang, drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000)])
def test_hanging_or_dripping_head_ends_with_the_time(here: Receiver, behaviour: object) -> None:
    here.behave(behaviour)  # type: ignore[arg-type]
    assert failure_of(here.url, seconds=1) is Failure.TIMEOUT


def test_reset_is_told(here: Receiver) -> None:
    here.behave(reset)
    assert failure_of(here.url) is Failure.RESET


def test_closed_without_an_answer_is_told(here: Receiver) -> None:
    here.behave(raw(b""))
    assert failure_of(here.url) is Failure.RESET


@pytest.mark.parametrize(
    "content", [b"SSH-2.0-OpenSSH_9\r\n", b"\0" * 100, b"HTTP/9.9 abc\r\n\r\n"]
)
def test_what_is_not_http_is_told(here: Receiver, content: bytes) -> None:
    here.behave(raw(content))
    assert failure_of(here.url) is Failure.INVALID_ANSWER


def test_nobody_listens_is_told() -> None:
    assert failure_of(f"http://127.0.0.1:{free_port()}/") is Failure.REFUSED


@pytest.mark.usefixtures("no_host_is_known")
def test_unknown_host_is_told() -> None:
    assert failure_of("https://nothing.invalid/") is Failure.UNKNOWN_HOST


def test_resolver_that_hangs_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: released.wait(30) and [])
    try:
        assert failure_of("https://slow.example/", seconds=0.5) is Failure.TIMEOUT
    finally:
        released.set()


def test_proxies_of_the_environment_are_not_asked(
    here: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(here.url).status == 200
        assert proxy.connections == 0


def test_certificate_of_a_known_authority_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Receiver(tls=server_context(certificate)) as running:
        assert post(f"https://localhost:{running.port}/hook").status == 200
        assert running.received[0].headers["host"] == f"localhost:{running.port}"


@pytest.mark.parametrize("name", ["localhost", "www.example.org"])
def test_certificate_of_nobody_or_of_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    certificate = make_certificate(tmp_path, name)
    if name != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Receiver(tls=server_context(certificate)) as running:
        assert failure_of(f"https://localhost:{running.port}/hook") is Failure.TLS
        assert running.received == []


def test_tls_where_there_is_none_is_told(here: Receiver) -> None:
    here.behave(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert failure_of(f"https://127.0.0.1:{here.port}/", seconds=2) in (
        Failure.TLS,
        Failure.TIMEOUT,
        Failure.RESET,
    )


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/"])
def test_private_address_is_never_connected_to(here: Receiver, url: str) -> None:
    with pytest.raises(NoAnswerError) as caught:
        client.post(url.format(port=here.port), body=BODY, headers={}, allow_private=False)
    assert caught.value.failure is Failure.FORBIDDEN_ADDRESS
    assert here.connections == 0


def test_name_that_turns_private_is_never_connected_to(
    here: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: public when it is looked at, this machine when it is connected to."""
    answers = iter(["8.8.8.8", "127.0.0.1"])

    def getaddrinfo(host: str, port: int, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    resolve = socket.getaddrinfo
    url = f"http://rebind.example:{here.port}/"
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    client.parse_url(url, allow_private=False)
    assert client.public_addresses("rebind.example", here.port, allow_private=False)
    with pytest.raises(NoAnswerError) as caught:
        client.post(url, body=BODY, headers={}, allow_private=False)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert caught.value.failure is Failure.FORBIDDEN_ADDRESS
    assert here.connections == 0


def test_connection_goes_to_the_address_that_was_judged(
    here: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look-up for each attempt: nobody asks the name again between judging and connecting."""
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def getaddrinfo(host: str, *args: object, **options: object) -> object:
        asked.append(host)
        return resolve("127.0.0.1" if host == "named.example" else host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    post(f"http://named.example:{here.port}/")
    assert asked.count("named.example") == 1
    assert here.received[0].headers["host"] == f"named.example:{here.port}"
