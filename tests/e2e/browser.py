"""Chromium as Debian packages it, driven by Playwright."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# The shell is the same engine without the windows around it, which cost as much as the pages.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, _PROGRAMS)), None)

PHONE, DESKTOP = 390, 1280

# One window for everything that the machine has to do: it may be busy with other tests.
PATIENCE_MS = 30_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; its sandbox is off because containers run the tests as root."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


def sign_in(context: BrowserContext, base_url: str, username: str, password: str) -> Page:
    """A page of ``context`` on the dashboard of the admin."""
    page = context.new_page()
    page.goto(f"{base_url}/admin/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("button[type=submit]")
    page.wait_for_selector(".w-dashboard")
    return page


def wait_until(page: Page, is_true: Callable[[], object], reason: str) -> None:
    """Fail with ``reason`` unless it becomes true, for what Playwright's `expect` does not know."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not is_true():
        assert time.monotonic() < deadline, reason
        page.wait_for_timeout(50)
