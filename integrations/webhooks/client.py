"""One HTTP request to a receiver that may be broken, slow or hostile.

It is sent only to public addresses (`addresses`), is over after `TOTAL_SECONDS` whatever the
receiver does, follows no redirect, asks no proxy, and reads at most `MOST_BYTES` of the answer.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from cms.ops.deadline import Deadline
from integrations.webhooks.addresses import (
    IPAddress,
    RefusedAddressError,
    RefusedURLError,
    Target,
    UnknownHostError,
    parse_url,
    public_addresses,
)
from integrations.webhooks.failures import Failure, NoAnswerError

TOTAL_SECONDS = 15.0
MOST_BYTES = 64 * 1024
KEPT_BYTES = 1024


@dataclass(frozen=True)
class Answer:
    """What a receiver said. ``excerpt``: the first `KEPT_BYTES` of its body."""

    status: int
    retry_after: str | None
    excerpt: bytes


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    allow_private: bool,
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Send ``body`` to ``url``. Raises `NoAnswerError`.

    As soon as there is a status it counts, whatever becomes of the rest of the answer.
    """
    try:
        target = parse_url(url, allow_private=allow_private)
    except RefusedURLError as error:
        raise NoAnswerError(Failure.FORBIDDEN_ADDRESS) from error
    with Deadline(total_seconds) as deadline:
        connection = _connection(target, deadline, allow_private=allow_private)
        try:
            _send(connection, target, body, headers)
            return _answer(connection, deadline)
        except (OSError, HTTPError, http.client.HTTPException) as error:
            failure = Failure.TIMEOUT if deadline.has_passed else _failure_of(error)
            raise NoAnswerError(failure) from error
        finally:
            connection.close()


def _send(
    connection: HTTPConnection, target: Target, body: bytes, headers: Mapping[str, str]
) -> None:
    connection.request(
        "POST",
        target.path,
        body=body,
        headers={"Host": target.authority, "Connection": "close", **headers},
        preload_content=False,
        decode_content=False,
    )


def _answer(connection: HTTPConnection, deadline: Deadline) -> Answer:
    with closing(connection.getresponse()) as response:
        if deadline.has_passed:
            # Headers that were cut in the middle look like an answer.
            raise TimeoutError
        excerpt = _excerpt(response)
        return Answer(response.status, response.headers.get("Retry-After"), excerpt)


def _excerpt(response: BaseHTTPResponse) -> bytes:
    excerpt, taken = b"", 0
    # Cut, too slow or not as long as announced: the receiver has answered nevertheless.
    with suppress(OSError, HTTPError, http.client.HTTPException):
        for chunk in response.stream(8 * 1024):
            excerpt += chunk[: KEPT_BYTES - len(excerpt)]
            taken += len(chunk)
            if taken >= MOST_BYTES:
                break
    return excerpt


def _connection(target: Target, deadline: Deadline, *, allow_private: bool) -> HTTPConnection:
    if target.scheme == "http":
        return _PublicHTTPConnection(
            target.host, target.port, deadline=deadline, allow_private=allow_private
        )
    return _PublicHTTPSConnection(
        target.host,
        target.port,
        deadline=deadline,
        allow_private=allow_private,
        ssl_context=_tls_context(),
        cert_reqs="CERT_REQUIRED",
    )


def _tls_context() -> ssl.SSLContext:
    """Trusts the machine's authorities, and the public ones where the machine has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class _PublicConnectionMixin:
    """Opens the socket itself, to an address that it has judged; `Host` and TLS go by the name."""

    host: str
    port: int

    def __init__(
        self, *args: object, deadline: Deadline, allow_private: bool, **kw: object
    ) -> None:
        super().__init__(*args, timeout=deadline.remaining, **kw)  # type: ignore[call-arg]
        self._deadline = deadline
        self._allow_private = allow_private

    def _new_conn(self) -> socket.socket:
        addresses = self._look_up()
        for number, address in enumerate(addresses, start=1):
            try:
                connected = socket.create_connection(
                    (str(address), self.port), timeout=self._deadline.remaining
                )
            except OSError:
                if number == len(addresses) or self._deadline.has_passed:
                    raise
            else:
                self._deadline.watch(connected)
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connected
        raise UnknownHostError(self.host)

    def _look_up(self) -> list[IPAddress]:
        """The addresses of the host, or a `TimeoutError`: the resolver itself knows no deadline."""
        found: list[list[IPAddress]] = []
        errors: list[OSError] = []

        def look_up() -> None:
            try:
                found.append(
                    public_addresses(self.host, self.port, allow_private=self._allow_private)
                )
            except OSError as error:
                errors.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self._deadline.remaining)
        if errors:
            raise errors[0]
        if not found:
            raise TimeoutError
        return found[0]


class _PublicHTTPConnection(_PublicConnectionMixin, HTTPConnection):
    pass


class _PublicHTTPSConnection(_PublicConnectionMixin, HTTPSConnection):
    pass


_FAILURES: tuple[tuple[type[Exception], Failure], ...] = (
    (RefusedAddressError, Failure.FORBIDDEN_ADDRESS),
    (UnknownHostError, Failure.UNKNOWN_HOST),
    (ssl.SSLError, Failure.TLS),
    (TimeoutError, Failure.TIMEOUT),
    (ConnectionRefusedError, Failure.REFUSED),
    # A connection that is closed before the answer is no bad answer.
    (http.client.RemoteDisconnected, Failure.RESET),
    (http.client.HTTPException, Failure.INVALID_ANSWER),
    (HTTPError, Failure.INVALID_ANSWER),
)


def _failure_of(error: Exception) -> Failure:
    for kind, failure in _FAILURES:
        if isinstance(error, kind):
            return failure
    return Failure.RESET
