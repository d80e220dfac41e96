"""An administrator adds a receiver, tries it, sees what goes wrong, and stops it."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from standardwebhooks.webhooks import Webhook

from tests.cms.ops.conftest import StartProcess, read_until, start_process
from tests.e2e.browser import DESKTOP, PHONE, sign_in, wait_until
from tests.e2e.conftest import RunningSite
from tests.integrations.webhooks.receiver import Receiver, answer

__all__ = ["start_process"]

# Not for the database of this process, which stays empty: only so that there is one to copy.
pytestmark = pytest.mark.django_db

PICTURES = os.environ.get("PICTURES_OF_TESTS")
"""A folder, for who wants to look at the pages."""
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def _worker(running_site: RunningSite, start_process: StartProcess) -> None:
    process = start_process(
        [sys.executable, "manage.py", "worker"],
        {
            "DATABASE_URL": running_site.database_url,
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
            "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true",
        },
    )
    read_until(process, "Worker started")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def look(page: Page, name: str) -> None:
    """On a phone as well nothing is wider than the screen."""
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        # The admin's own scripts follow the new size.
        wait_until(page, lambda: page.evaluate(FITS), name)
        if PICTURES:
            page.wait_for_timeout(500)
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def reload_until(page: Page, text: str) -> None:
    """What happens meanwhile is not shown by itself."""

    def is_there() -> bool:
        if page.locator("main").get_by_text(text).count():
            return True
        page.wait_for_timeout(250)
        page.reload()
        return False

    wait_until(page, is_there, f"{text!r} is not on {page.url}")


@pytest.mark.usefixtures("_worker")
def test_receiver_is_added_tried_watched_and_stopped(
    browser: Browser, running_site: RunningSite, receiver: Receiver
) -> None:
    context = browser.new_context(viewport={"width": DESKTOP, "height": 900})
    context.set_default_timeout(30_000)
    page = sign_in(context, running_site.url, "administrator", running_site.password)
    page.goto(f"{running_site.url}/admin/webhooks/receivers/new/")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Description").fill("The website")
    look(page, "add")
    page.get_by_role("button", name="Create").click()

    secret = page.locator("#webhook-secret").inner_text()
    look(page, "secret")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("button", name="Send a test")).to_be_visible()
    assert "whsec_" not in page.content()

    receiver.behave(answer(200, b"thank you"))
    page.get_by_role("button", name="Send a test").click()
    reload_until(page, "delivered")
    look(page, "receiver")
    (request,) = receiver.received
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "ping"

    page.get_by_role("link", name="ping").click()
    expect(page.locator(".cms-attempts")).to_contain_text("thank you")
    receiver.behave(answer(410, b"<h1>no more of this</h1>"))
    page.get_by_role("button", name="Send again").click()
    reload_until(page, "<h1>no more of this</h1>")
    look(page, "delivery")

    page.goto(f"{running_site.url}/admin/")
    expect(
        page.locator("#webhook-trouble, [aria-labelledby*=webhook-trouble]").first
    ).to_be_visible()
    look(page, "dashboard")
    page.get_by_role("link", name=receiver.url).click()
    expect(page.locator(".help-critical")).to_contain_text("wants no more messages")
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".help-warning")).to_contain_text("Paused")
    look(page, "paused")
    page.get_by_role("button", name="Change the secret").click()
    assert re.fullmatch(r"whsec_\S+", page.locator("#webhook-secret").inner_text())
    for name in ("receivers", "deliveries"):
        page.goto(f"{running_site.url}/admin/webhooks/{name}/")
        look(page, name)
