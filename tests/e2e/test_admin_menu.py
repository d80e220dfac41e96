"""Every page that the menu of the admin leads to, in a browser."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.e2e.browser import DESKTOP, PATIENCE_MS, sign_in
from tests.e2e.conftest import RunningSite

# Not for the database of this process, which stays empty: only so that there is one to copy.
pytestmark = pytest.mark.django_db

# Leads out of the admin's own pages, or out of the session.
_NOT_PAGES = re.compile(r"/(logout|password_reset)/|^#|^https?:")


def addresses_in(entry: Any) -> set[str]:
    """Every address of the menu, however deep: it hands itself to the script of the page."""
    if isinstance(entry, dict):
        own = {entry["url"]} if isinstance(entry.get("url"), str) else set()
        return own.union(*map(addresses_in, entry.values()))
    if isinstance(entry, list):
        return set().union(*map(addresses_in, entry))
    return set()


def menu_of(page: Page) -> list[str]:
    menu = json.loads(page.locator("#wagtail-sidebar-props").text_content() or "")
    return sorted(url for url in addresses_in(menu) if not _NOT_PAGES.search(url))


def listen(page: Page) -> list[str]:
    """What goes wrong in the page from now on.

    Pictures that other tests have uploaded do not count: the server in front answers `/media/`.
    """
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        path = urlsplit(message.location["url"]).path
        if message.type == "error" and not path.startswith("/media/"):
            complaints.append(f"{page.url}: {message.text} {path}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return complaints


def test_no_page_of_the_menu_has_an_error_in_the_console(
    browser: Browser, running_site: RunningSite
) -> None:
    context = browser.new_context(viewport={"width": DESKTOP, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = sign_in(context, running_site.url, "administrator", running_site.password)
    complaints = listen(page)
    addresses = menu_of(page)
    assert {"/admin/events/", "/admin/subscriber-imports/", "/admin/mail/"} <= set(addresses)
    for address in addresses:
        answer = page.goto(running_site.url + address)
        assert answer is not None
        assert answer.status == 200, address
    assert not complaints
