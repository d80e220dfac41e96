"""The whole site as a process of its own, on a copy of the test database, and a browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from cms.models import User
from home.setup import prepare_site
from tests.e2e.browser import CHROMIUM, chromium

PROJECT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct-horse-battery"
STARTS_WITHIN = 60


@dataclass(frozen=True)
class RunningSite:
    """Where the site answers, and the password of its editor and its moderator."""

    url: str
    password: str = PASSWORD


@pytest.fixture(scope="session")
def installed_chromium() -> None:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed (Debian: apt-get install chromium)")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")


@pytest.fixture
def browser(running_site: RunningSite) -> Iterator[Browser]:
    """Closed with its test: while Playwright runs, Django refuses the database to this thread."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def copied_database(
    installed_chromium: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The URL of a database with an empty site and two members; tests elsewhere never see it."""
    options = connection.settings_dict
    original, copy = options["NAME"], f"{options['NAME']}_e2e"
    with django_db_blocker.unblock():
        connection.close()
        _run_sql(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        _run_sql(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
        options["NAME"] = copy
        try:
            _prepare()
        finally:
            connection.close()
            options["NAME"] = original
    user = quote(options["USER"], safe="")
    password = quote(options["PASSWORD"], safe="")
    host = quote(options["HOST"], safe="")
    port = f":{options['PORT']}" if options["PORT"] else ""
    yield f"postgres://{user}:{password}@{host}{port}/{copy}"
    with django_db_blocker.unblock():
        _run_sql(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def _run_sql(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _prepare() -> None:
    prepare_site()
    for name, group in (("editor", "Editors"), ("moderator", "Moderators")):
        user = User(username=name, email=f"{name}@example.org")
        user.set_password(PASSWORD)
        user.save()
        user.groups.add(Group.objects.get(name=group))


@pytest.fixture(scope="session")
def running_site(
    copied_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": copied_database,
        "DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
        "PUBLIC_URL": url,
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "cms.wsgi:application"]
    log = tmp_path_factory.mktemp("log") / "site.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(f"{url}/admin/login/", process, log)
            yield RunningSite(url)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=20):  # noqa: S310 - always our own http address
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"The site did not start:\n{log.read_text()}")
