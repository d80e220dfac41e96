"""A database for tests that commit: what other processes or threads must see.

A copy of the test database, and not `django_db(transaction=True)`, which empties all tables
afterwards but procrastinate's: the next test would have jobs, and no first page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

_MIGRATED = "_migrated"


@contextmanager
def database_copy(blocker: DjangoDbBlocker, name: str) -> Iterator[str]:
    """The URL of a copy called after `name`, which this process uses meanwhile."""
    with _copied(blocker, name) as copy, blocker.unblock(), _using(copy):
        yield url_of_database()


@contextmanager
def database_for_others(
    blocker: DjangoDbBlocker,
    name: str,
    *,
    prepare: Callable[[], None],
    template: str | None = None,
) -> Iterator[str]:
    """The URL of a copy called after `name`, which this process uses only to `prepare` it.

    So other tests have their own database while servers use this one. It is a copy of the database
    `template`, or else of the test database.
    """
    with _copied(blocker, name, template) as copy:
        with blocker.unblock(), _using(copy):
            prepare()
            url = url_of_database()
        yield url


@contextmanager
def _copied(blocker: DjangoDbBlocker, name: str, template: str | None = None) -> Iterator[str]:
    original = connection.settings_dict["NAME"]
    copy = f"{original}_{name}"
    with blocker.unblock():
        _copy(template or original, copy)
    try:
        yield copy
    finally:
        with blocker.unblock():
            _run_sql(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def make_template(
    blocker: DjangoDbBlocker, name: str, mark: str, *, prepare: Callable[[str], None]
) -> None:
    """Copy the test database for good as `name`, let `prepare` fill what its URL names, mark it."""
    with blocker.unblock():
        _copy(connection.settings_dict["NAME"], name)
        with _using(name):
            prepare(url_of_database())
        _run_sql(f"COMMENT ON DATABASE \"{name}\" IS '{mark}'")


def mark_of_template(blocker: DjangoDbBlocker, name: str) -> str | None:
    """What `make_template` marked it with; None if there is no such database."""
    with blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def keep_migrated_copy() -> None:
    """Copy the test database before anything is in it, for `on_migrated_copy`."""
    name = connection.settings_dict["NAME"]
    _copy(name, f"{name}{_MIGRATED}")


def drop_migrated_copy() -> None:
    name = connection.settings_dict["NAME"]
    _run_sql(f'DROP DATABASE IF EXISTS "{name}{_MIGRATED}" WITH (FORCE)')


@contextmanager
def on_migrated_copy() -> Iterator[None]:
    """Use the copy instead; one of an earlier run may have migrations to catch up with."""
    connection.close()
    with _using(f"{connection.settings_dict['NAME']}{_MIGRATED}"):
        call_command("migrate", verbosity=0)
        yield


def _copy(original: str, copy: str) -> None:
    connection.close()
    _run_sql(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
    # A server of other tests may have kept a connection.
    _run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        original,
    )
    _run_sql(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')


@contextmanager
def _using(name: str) -> Iterator[None]:
    options = connection.settings_dict
    original, options["NAME"] = options["NAME"], name
    try:
        yield
    finally:
        connection.close()
        options["NAME"] = original


def url_of_database(port: int | None = None) -> str:
    """The URL of the database in use, or what it would be behind a port of this machine."""
    options = connection.settings_dict
    user, password = quote(options["USER"], safe=""), quote(options["PASSWORD"], safe="")
    place = f"{quote(options['HOST'], safe='')}:{options['PORT']}"
    if port is not None:
        place = f"127.0.0.1:{port}"
    return f"postgres://{user}:{password}@{place}/{options['NAME']}"


def _run_sql(statement: str, *parameters: object) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement, parameters or None)
