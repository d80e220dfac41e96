from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from cms.content_version.watcher import Connect, ContentVersionWatcher, connect

Database = psycopg.Connection[Any]


@pytest.fixture
def database(db: None) -> Iterator[Database]:
    """A connection beside the test's own transaction; the changes it notes are removed again."""
    with connect() as connection:
        connection.execute("DELETE FROM cms_contentchange")
        yield connection
        connection.execute("DELETE FROM cms_contentchange")


@pytest.fixture
def watcher_of() -> Iterator[Callable[..., ContentVersionWatcher]]:
    """Makes watchers, which end with the test: databases with connections cannot be copied."""
    made: list[ContentVersionWatcher] = []

    def make(connect: Connect = connect) -> ContentVersionWatcher:
        made.append(ContentVersionWatcher(connect))
        return made[-1]

    yield make
    for watcher in made:
        watcher.stop()


@pytest.fixture
def other_database(database: Database) -> Iterator[Database]:
    with connect() as connection:
        yield connection
