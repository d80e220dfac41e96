"""One conversation with a provider: over in time whatever it does, and its status remembered.

A time-out of sockets begins anew with every byte, and what a library raises when an answer is cut
short hides that the answer had begun with "200".
"""

import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from cms.ops.deadline import Deadline

_GRACE_SECONDS = 1.0


@dataclass
class Exchange:
    """What is known of the present conversation."""

    deadline: Deadline
    status: int | None = None
    """Of the HTTP answer, as soon as its first line is there."""

    def watch(self, connected: socket.socket) -> None:
        if self.deadline.has_passed:
            # Whoever asked has stopped waiting: to go on would send what is tried again later.
            connected.close()
            raise TimeoutError
        self.deadline.watch(connected)


_current: ContextVar[Exchange] = ContextVar("mail_exchange")


def run(call: Callable[[Exchange], None], *, seconds: float) -> Exchange:
    """``call`` in a thread, for ``seconds`` at most; raises what it does, or `TimeoutError`.

    In a thread because the look-up of a name can be interrupted by nothing. Connections are cut,
    so a thread that is left behind can say nothing to the provider any more.
    """
    errors: list[BaseException] = []
    with Deadline(seconds) as deadline:
        exchange = Exchange(deadline)

        def converse() -> None:
            _current.set(exchange)
            try:
                call(exchange)
            except BaseException as error:  # noqa: BLE001 - handed to the caller
                errors.append(error)

        thread = threading.Thread(target=converse, name="mail-exchange", daemon=True)
        thread.start()
        thread.join(seconds + _GRACE_SECONDS)
        if thread.is_alive():
            raise ExchangeError(exchange) from TimeoutError()
    if errors:
        raise ExchangeError(exchange) from errors[0]
    return exchange


class ExchangeError(Exception):
    """The conversation went wrong; the cause says how, `exchange` how far it had come."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange


def _watch(connected: socket.socket) -> socket.socket:
    exchange = _current.get(None)
    if exchange is not None:
        exchange.watch(connected)
    return connected


class _WatchedMixin:
    def _new_conn(self) -> socket.socket:
        return _watch(super()._new_conn())  # type: ignore[misc]

    def getresponse(self) -> Any:
        response = super().getresponse()  # type: ignore[misc]
        exchange = _current.get(None)
        if exchange is not None:
            exchange.status = response.status
        return response


class _WatchedHTTPConnection(_WatchedMixin, HTTPConnection):
    pass


class _WatchedHTTPSConnection(_WatchedMixin, HTTPSConnection):
    pass


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


_POOLS = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}


class _WatchedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def watch_session(session: requests.Session) -> None:
    """Have the requests of ``session`` belong to the present exchange, and follow no redirect."""
    for prefix in ("http://", "https://"):
        session.mount(prefix, _WatchedAdapter())
    session.max_redirects = 0


class _WatchedSMTP(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        return _watch(connected)


class _WatchedSMTPOverTLS(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # Before it is wrapped: a TLS socket cannot be copied.
        connected = _watch(socket.create_connection((host, port), timeout, self.source_address))
        return self.context.wrap_socket(connected, server_hostname=host)


class WatchedSMTPBackend(SMTPBackend):
    """Django's, within an exchange."""

    @property
    def connection_class(self) -> Any:
        return _WatchedSMTPOverTLS if self.use_ssl else _WatchedSMTP


@contextmanager
def opened(connection: Any) -> Iterator[Any]:
    """``connection`` (a Django mail backend) open; what goes wrong while closing is nobody's."""
    try:
        connection.open()
        if isinstance(getattr(connection, "session", None), requests.Session):
            watch_session(connection.session)
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException, requests.RequestException):
            connection.close()
