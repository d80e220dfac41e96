"""Who looks after the newsletter finds people on a phone, and takes several off the list."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import PHONE, sign_in
from tests.e2e.conftest import RunningSite
from tests.e2e.test_webhooks import look
from tests.running_sites import PROJECT, manage

# Not for the database of this process, which stays empty: only so that there is one to copy.
pytestmark = pytest.mark.django_db

_PEOPLE = """
from integrations.newsletter.list_services import import_subscriber
for number in range(1, 5):
    import_subscriber(
        email=f"person-{number}@example.org", name=f"Person {number}", consent_source="on paper",
        locale="es" if number > 2 else "en",
    )
"""
_NOBODY = """
from integrations.newsletter.list_services import erase
from integrations.newsletter.models import Subscriber
erase(subscribers=Subscriber.objects.all(), user=None)
"""


@pytest.fixture
def _four_people(running_site: RunningSite) -> Iterator[None]:
    """Two read English, two Spanish."""
    environment = {
        **os.environ,
        "DATABASE_URL": running_site.database_url,
        "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
    }

    def run(code: str) -> None:
        command = manage("shell", "--no-imports", "-c", code)
        subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)

    run(_PEOPLE)
    yield
    run(_NOBODY)


def people(page: Page) -> list[str]:
    return sorted(page.locator("main tbody td.title a").all_inner_texts())


def wait_for_people(page: Page, *numbers: int) -> None:
    expect(page.locator("main tbody tr")).to_have_count(len(numbers))
    assert people(page) == [f"person-{number}@example.org" for number in numbers]


@pytest.mark.usefixtures("_four_people")
def test_people_are_found_and_taken_off_the_list_on_a_phone(
    browser: Browser, running_site: RunningSite
) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, has_touch=True)
    context.set_default_timeout(30_000)
    page = sign_in(context, running_site.url, "administrator", running_site.password)
    problems: list[str] = []
    page.on("console", lambda line: line.type == "error" and problems.append(line.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{running_site.url}/admin/subscribers/")
    wait_for_people(page, 1, 2, 3, 4)
    look(page, "subscribers")
    page.set_viewport_size({"width": PHONE, "height": 844})

    page.locator("#id_q").fill("person-4")
    wait_for_people(page, 4)
    page.locator("#id_q").fill("person")
    wait_for_people(page, 1, 2, 3, 4)

    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("button", name="Language").click()
    page.get_by_label("Español").check()
    wait_for_people(page, 3, 4)
    page.keyboard.press("Escape")

    for box in page.locator("main tbody [data-bulk-action-checkbox]").all():
        box.check()
    look(page, "subscribers-selected")
    # However long the list is, what can be done with it is in sight.
    page.set_viewport_size({"width": PHONE, "height": 300})
    take_off = page.get_by_role("link", name="Take the selected subscribers off the list")
    expect(take_off).to_be_in_viewport()
    page.set_viewport_size({"width": PHONE, "height": 844})
    take_off.click()
    expect(page.get_by_text("Only they can come back")).to_be_visible()
    look(page, "subscribers-question")
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.get_by_role("button", name="Take off the list").click()
    expect(page.get_by_text("2 people were taken off the list.")).to_be_visible()
    # Back to what was found.
    wait_for_people(page, 3, 4)
    expect(page.get_by_role("cell", name="unsubscribed")).to_have_count(2)
    look(page, "subscribers-after")
    assert problems == []
