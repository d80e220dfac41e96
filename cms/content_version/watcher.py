"""What a web process knows of the content version: asked for in the background, twice a second.

A thread with a connection of its own, so that no reader waits for the database as long as it
answers. Polling and not LISTEN: it works through PgBouncer, needs no second way for notifications
that were lost, and a second is soon enough.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from cms.content_version.version import KNOWN_WITHIN_SECONDS, read_version

POLL_SECONDS = 0.4
IDLE_SECONDS = 60.0
_LONGEST_WAIT_SECONDS = 2.0

logger = logging.getLogger(__name__)

Connect = Callable[[], "psycopg.Connection[Any]"]


class Known(NamedTuple):
    """A version and the moment (monotonic clock) at which the database was asked for it."""

    version: str
    as_of: float


def connect() -> "psycopg.Connection[Any]":
    """A connection beside Django's: what it is asked must not wait for a place in the pool."""
    parameters = connection.get_connection_params()
    parameters.update(
        {
            "connect_timeout": 2,
            # A server that no longer answers is noticed although nobody closed the connection.
            "tcp_user_timeout": 3000,
            "application_name": "content version",
            "cursor_factory": psycopg.Cursor,
        }
    )
    return psycopg.connect(**parameters, autocommit=True)


class ContentVersionWatcher:
    """Knows the content version. Safe to ask from any thread; starts by itself when asked."""

    def __init__(self, connect: Connect = connect) -> None:
        self._connect = connect
        self._known: Known | None = None
        self._is_reachable = True
        self._asked_at = 0.0
        self._thread: threading.Thread | None = None
        self._news = threading.Condition()
        self._stopping = threading.Event()

    @property
    def is_reachable(self) -> bool:
        """False while the database does not answer; what was known last is then all there is."""
        return self._is_reachable

    def current(self) -> str | None:
        """The version, at most `KNOWN_WITHIN_SECONDS` old while the database answers.

        Waits only at the first call, after an idle minute, and once when the database stops
        answering. None means that it has never answered.
        """
        now = time.monotonic()
        self._asked_at = now
        known = self._known
        if known is not None and now - known.as_of <= KNOWN_WITHIN_SECONDS:
            return known.version
        return self._wait_for_news(now)

    def stop(self) -> None:
        """End the thread and its connection; the next question starts them again."""
        thread = self._thread
        if thread is not None:
            self._stopping.set()
            thread.join()
            self._stopping.clear()

    def _wait_for_news(self, now: float) -> str | None:
        def has_news() -> bool:
            known = self._known
            is_recent = known is not None and now - known.as_of <= KNOWN_WITHIN_SECONDS
            return is_recent or not self._is_reachable

        with self._news:
            self._ensure_thread()
            if not self._news.wait_for(has_news, _LONGEST_WAIT_SECONDS):
                logger.warning("The database is slow to tell the content version")
                self._is_reachable = False
        return None if self._known is None else self._known.version

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            # Not known yet, and not left over from before an idle time or a fork.
            self._is_reachable = True
            self._thread = threading.Thread(target=self._watch, name="content-version", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        while self._is_wanted():
            try:
                with self._connect() as database:
                    self._poll(database)
            except psycopg.Error as error:
                self._report_failure(error)
            self._stopping.wait(POLL_SECONDS)

    def _is_wanted(self) -> bool:
        is_asked = time.monotonic() - self._asked_at < IDLE_SECONDS
        return is_asked and not self._stopping.is_set()

    def _poll(self, database: "psycopg.Connection[Any]") -> None:
        while self._is_wanted():
            as_of = time.monotonic()
            version = read_version(database)
            with self._news:
                if not self._is_reachable:
                    logger.info("The database tells the content version again")
                self._is_reachable = True
                self._known = Known(version, as_of)
                self._news.notify_all()
            self._stopping.wait(POLL_SECONDS)

    def _report_failure(self, error: psycopg.Error) -> None:
        if self._is_reachable:
            # The first line only: the second repeats the address of the server.
            reason = str(error).partition("\n")[0]
            logger.warning("The content version is not known: %s", reason)
        with self._news:
            self._is_reachable = False
            self._news.notify_all()
