"""What a process knows of the version, while the database answers and while it does not."""

import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

from cms.content_version.version import KNOWN_WITHIN_SECONDS, read_version
from cms.content_version.watcher import ContentVersionWatcher, connect
from tests.cms.content_version.conftest import Database
from tests.cms.http.breakable_database import BreakableDatabase

MakeWatcher = Callable[..., ContentVersionWatcher]

BUMP = "SELECT cms_bump_content_version()"


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_first_question_is_answered_and_so_is_the_one_a_second_after_a_change(
    database: Database, watcher_of: MakeWatcher
) -> None:
    watcher = watcher_of()
    assert watcher.current() == read_version(database)
    for _ in range(3):
        database.execute(BUMP)
        version = read_version(database)
        time.sleep(KNOWN_WITHIN_SECONDS)
        assert watcher.current() == version


def test_many_questions_are_few_queries(database: Database, watcher_of: MakeWatcher) -> None:
    opened: list[Any] = []

    def counting() -> psycopg.Connection[Any]:
        opened.append(connect())
        return opened[-1]

    watcher = watcher_of(counting)
    for _ in range(1000):
        watcher.current()
    assert len(opened) == 1


def test_last_known_version_is_kept_while_the_database_is_away(
    database: Database, watcher_of: MakeWatcher
) -> None:
    proxy = BreakableDatabase(connection.settings_dict)

    def through_proxy() -> psycopg.Connection[Any]:
        parameters = connection.get_connection_params()
        parameters.update(host="127.0.0.1", port=proxy.port, cursor_factory=psycopg.Cursor)
        return psycopg.connect(**parameters, autocommit=True)

    watcher = watcher_of(through_proxy)
    known = watcher.current()
    assert known == read_version(database)

    proxy.cut()
    wait_until(lambda: watcher.current() == known and not watcher.is_reachable)
    database.execute(BUMP)
    assert watcher.current() == known

    proxy.restore()
    wait_until(lambda: watcher.current() == read_version(database))
    assert watcher.is_reachable
    proxy.cut()


def test_nothing_is_known_when_the_database_has_never_answered(
    watcher_of: MakeWatcher,
) -> None:
    def refused() -> psycopg.Connection[Any]:
        raise psycopg.OperationalError

    watcher = watcher_of(refused)
    assert watcher.current() is None
    assert not watcher.is_reachable
