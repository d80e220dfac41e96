"""Pictures of every menu entry and every edit form, as one user sees them on phone and desktop.

``python -m tests.e2e.screenshots URL USERNAME FOLDER`` with the password in ``PASSWORD``, while the
site runs there. Prints what a picture does not show: errors in the console and answers above 399.
"""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.e2e.browser import DESKTOP, PHONE, chromium, sign_in

LISTINGS_WITH_FORMS = (
    "/admin/events/",
    "/admin/snippets/content/testimonial/",
    "/admin/snippets/content/navigation/",
    "/admin/images/",
    "/admin/documents/",
    "/admin/pages/usage/home/homepage/",
    "/admin/pages/usage/content/standardpage/",
    "/admin/pages/usage/content/eventindexpage/",
)
ADD_FORMS = ("/admin/events/choose_parent/", "/admin/images/multiple/add/", "/admin/images/add/")

EDIT_LINK = re.compile(r"/admin/(pages|images|documents|snippets/content/\w+/edit)/\d+/(edit/)?$")


def menu_paths(page: Page) -> list[str]:
    """The addresses behind the main menu and its sub-menus, in the menu's order."""
    props = page.evaluate("document.getElementById('wagtail-sidebar-props').textContent")
    found = re.findall(r'"(/admin/[^"]*)"', props)
    return [path for path in dict.fromkeys(found) if not re.search(r"logout|/api/|sprite", path)]


def form_paths(page: Page, base_url: str) -> list[str]:
    """The first edit form that each listing links to, and each kind of page's."""
    found = []
    for listing in LISTINGS_WITH_FORMS:
        page.goto(base_url + listing)
        links = page.eval_on_selector_all("main a", "links => links.map(a => a.pathname)")
        found += [link for link in links if EDIT_LINK.fullmatch(link)][:1]
    return list(dict.fromkeys(found))


def take(browser: Browser, base_url: str, username: str, folder: Path) -> None:
    """Save the pictures of one user at both widths below ``folder``."""
    password = os.environ["PASSWORD"]
    for width in (DESKTOP, PHONE):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = sign_in(context, base_url, username, password)
        page.on("console", lambda m: m.type == "error" and print(f"  console: {m.text}"))  # noqa: T201
        paths = ["/admin/", *menu_paths(page), *ADD_FORMS, *form_paths(page, base_url)]
        for path in paths:
            answer = page.goto(base_url + path)
            page.wait_for_load_state("networkidle")
            status = answer.status if answer else 0
            overflow = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            name = re.sub(r"\W+", "-", path.removeprefix("/admin/")).strip("-") or "dashboard"
            print(f"{width} {status} {path}{' wider than the screen' if overflow else ''}")  # noqa: T201
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        context.close()


def main() -> None:
    base_url, username, folder = sys.argv[1].rstrip("/"), sys.argv[2], Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        take(browser, base_url, username, folder)


if __name__ == "__main__":
    main()
