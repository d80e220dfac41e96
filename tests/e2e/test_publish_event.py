"""An editor writes an event, a moderator publishes it, a frontend reads it."""

import json
import re
from io import BytesIO
from typing import Any
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import DESKTOP, sign_in
from tests.e2e.conftest import RunningSite

TITLE = "Night of open hardware"
DESCRIPTION = "A green board with a red light"

# Not for the database of this process, which stays empty: only so that there is one to copy.
pytestmark = pytest.mark.django_db

# One window for everything that the machine has to do: it may be busy with other tests.
expect.set_options(timeout=30_000)


def member(browser: Browser, site: RunningSite, username: str) -> Page:
    context = browser.new_context(viewport={"width": DESKTOP, "height": 900})
    context.set_default_timeout(30_000)
    return sign_in(context, site.url, username, site.password)


def photo() -> bytes:
    output = BytesIO()
    Image.new("RGB", (640, 360), "green").save(output, "JPEG")
    return output.getvalue()


def upload_cover(page: Page) -> None:
    cover = page.locator("#panel-child-event-cover-content, [data-contentpath='cover']").first
    cover.get_by_role("button", name="Choose an image").click()
    dialog = page.locator(".modal-dialog")
    dialog.get_by_role("tab", name="Upload").click()
    file = {"name": "board.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    dialog.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    expect(dialog.get_by_label("Title")).to_have_value("board")
    upload = dialog.get_by_role("button", name="Upload")
    upload.click()
    # Without alternative text nothing is uploaded, and the chosen file stays chosen.
    expect(dialog.get_by_text("This field is required.")).to_be_visible()
    dialog.get_by_label("Alternative text").fill(DESCRIPTION)
    upload.click()
    expect(dialog).to_be_hidden()


def api_events(site: RunningSite) -> list[dict[str, Any]]:
    with urlopen(f"{site.url}/api/v2/events/") as answer:  # noqa: S310 - our own http address
        found: list[dict[str, Any]] = json.load(answer)["items"]
        return found


def open_action(page: Page, name: str) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name=re.compile(name)).first.click()


def test_event_goes_from_editor_over_moderator_to_the_api(
    browser: Browser, running_site: RunningSite
) -> None:
    page = member(browser, running_site, "editor")
    page.get_by_role("link", name="Add event").first.click()
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_starts_at").fill("2027-05-04 18:30")
    page.locator("#id_timezone").fill("Europe/Madrid")
    upload_cover(page)
    page.get_by_role("tab", name="Speakers and programme").click()
    page.get_by_role("button", name="Add speaker").click()
    page.locator("#id_speakers-0-name").fill("Ana Rojas")
    # The form saves itself soon after the last change; then it is one for editing.
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    page.wait_for_load_state("networkidle")
    open_action(page, "Submit to")
    expect(page.locator(".messages")).to_contain_text("submitted for moderation")
    assert api_events(running_site) == []

    page = member(browser, running_site, "moderator")
    expect(page.get_by_text("Awaiting your review")).to_be_visible()
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("#id_title")).to_have_value(TITLE)
    open_action(page, "^Approve and Publish")
    expect(page.locator(".messages")).to_contain_text("has been updated")

    (event,) = api_events(running_site)
    assert event["title"] == TITLE
    assert event["starts_at"] == "2027-05-04T18:30:00+02:00"
    assert event["cover"]["alt"] == DESCRIPTION
    assert [speaker["name"] for speaker in event["speakers"]] == ["Ana Rojas"]
