"""The whole site as a process of its own, on a copy of the test database, and a browser."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.database_copy import database_for_others
from tests.demo_site import DemoSite
from tests.e2e.browser import CHROMIUM, chromium
from tests.e2e.frontend import Tab, tab
from tests.ports import free_port
from tests.running_sites import PASSWORD, prepare_with_members, server


@dataclass(frozen=True)
class RunningSite:
    """Where the site answers, its database, and the password of its members."""

    url: str
    database_url: str
    password: str = PASSWORD


@pytest.fixture(scope="session")
def installed_chromium() -> None:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail(
                "Chromium is not installed (Debian: apt-get install chromium-headless-shell)"
            )
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium-headless-shell)")


@pytest.fixture
def browser(installed_chromium: None) -> Iterator[Browser]:
    """Closed with its test: while Playwright runs, Django refuses the database to this thread."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def frontend_browser(installed_chromium: None, demo_site: DemoSite) -> Iterator[Browser]:
    """One for all tests of a module, which leave the database alone."""
    with chromium() as started:
        yield started


@pytest.fixture
def visitor(frontend_browser: Browser, demo_site: DemoSite) -> Iterator[Tab]:
    """Somebody who reads the demo site in the reference frontend."""
    with tab(frontend_browser, demo_site) as opened:
        yield opened


@pytest.fixture(scope="session")
def running_site(
    installed_chromium: None,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningSite]:
    """An empty site."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "cms.wsgi:application"]
    address = ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4"]
    log = tmp_path_factory.mktemp("log") / "site.log"
    prepare = prepare_with_members
    with database_for_others(django_db_blocker, "e2e", prepare=prepare) as database_url:
        environment = {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
            "PUBLIC_URL": url,
            "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true",
        }
        with server([*command, *address], environment, f"{url}/admin/login/", log):
            yield RunningSite(url, database_url)
