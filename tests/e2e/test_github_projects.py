"""An editor puts the projects of GitHub in order without a mouse, and looks at how they come in."""

import json
import os
import subprocess
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import DESKTOP, sign_in
from tests.e2e.conftest import RunningSite
from tests.e2e.test_webhooks import look
from tests.integrations.github.server import FakeGitHub
from tests.integrations.github.world import repository
from tests.running_sites import PROJECT, manage

# Not for the database of this process, which stays empty: only so that there is one to copy.
pytestmark = pytest.mark.django_db


@pytest.fixture
def _three_projects(running_site: RunningSite) -> Iterator[None]:
    """tool-3, tool-2 and tool-1, in this order."""
    with FakeGitHub() as github:
        github.repositories["example-lab"] = [repository(number) for number in (1, 2, 3)]
        environment = {
            **os.environ,
            "DATABASE_URL": running_site.database_url,
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
            "GITHUB_ACCOUNTS": "example-lab",
            "GITHUB_API_URL": github.url,
        }
        subprocess.run(
            manage("sync_github"), cwd=PROJECT, env=environment, check=True, capture_output=True
        )
        yield


def names(site: RunningSite) -> list[str]:
    with urlopen(f"{site.url}/api/projects") as answer:  # noqa: S310 - our own server
        return [item["name"] for item in json.load(answer)["items"]]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.usefixtures("_three_projects")
def test_projects_are_put_in_order_without_a_mouse(
    browser: Browser, running_site: RunningSite
) -> None:
    assert names(running_site) == ["tool-3", "tool-2", "tool-1"]
    context = browser.new_context(viewport={"width": DESKTOP, "height": 900})
    context.set_default_timeout(30_000)
    page = sign_in(context, running_site.url, "editor", running_site.password)
    page.goto(f"{running_site.url}/admin/github/projects/")
    look(page, "projects")
    page.get_by_role("button", name="Item 3 of 3").focus()
    press(page, "ArrowUp", "ArrowUp", "Enter")
    expect(page.get_by_text("'example-lab/tool-1' has been moved")).to_be_visible()
    assert names(running_site) == ["tool-1", "tool-3", "tool-2"]

    # Nor does it take a gesture: who cannot drag writes the number.
    page.get_by_role("link", name="example-lab/tool-2").focus()
    press(page, "Enter")
    page.get_by_label("Place").fill("1")
    press(page, "Enter")
    expect(page.get_by_text("updated")).to_be_visible()
    assert names(running_site) == ["tool-2", "tool-1", "tool-3"]

    page.goto(f"{running_site.url}/admin/github/")
    expect(page.get_by_role("heading", name="Projects")).to_contain_text("in order")
    look(page, "state")
