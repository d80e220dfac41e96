"""`make bench-preview`: how long after typing an editor sees it in the preview beside the form.

From the last key, in Chromium, to the heading in the frontend's frame, which is looked at every few
milliseconds; the figures are upper bounds. Browser, both servers and database share the machine.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from playwright.sync_api import Error, Page

from benchmarks.server import free_port, serving
from tests.e2e.browser import chromium, sign_in

_LOOK_AGAIN_SECONDS = 0.01
_PATIENCE_SECONDS = 20.0
# Wagtail looks for changes from two seconds after loading, and every half second: samples begin at
# any time within that.
_SETTLED_SECONDS, _STEP_SECONDS = 5.0, 0.137
_PANEL = "#w-preview-iframe"


def _form_with_most_in_it() -> str:
    """Path of the form of the live event with the longest text."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    django.setup()
    from django.db import connection  # noqa: PLC0415 - after the settings

    from content.models import EventPage  # noqa: PLC0415 - as above

    events = EventPage.objects.live().filter(locale__language_code="en", alias_of=None)
    longest = max(events, key=lambda event: len(str(event.body)))
    connection.close()
    return f"/admin/pages/{longest.pk}/edit/"


def _heading(page: Page) -> str | None:
    """What the panel shows now; None while there is no heading."""
    panel = page.query_selector(_PANEL)
    outer = panel and panel.content_frame()
    frame = outer.child_frames[0] if outer and outer.child_frames else None
    try:
        return frame.evaluate("document.querySelector('main h1')?.textContent") if frame else None
    except Error:
        # It is being replaced.
        return None


def _seconds_until_seen(page: Page, text: str) -> float:
    page.locator("#id_title").select_text()
    page.keyboard.insert_text(text)
    typed = time.monotonic()
    while _heading(page) != text:
        if time.monotonic() - typed > _PATIENCE_SECONDS:
            message = f"Never seen: {text}"
            raise SystemExit(message)
        time.sleep(_LOOK_AGAIN_SECONDS)
    return time.monotonic() - typed


@contextmanager
def _site() -> Iterator[str]:
    port, frontend_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    places = {"PUBLIC_URL": url, "FRONTEND_URL": f"http://127.0.0.1:{frontend_port}"}
    with (
        serving("cms.wsgi:application", port, **places),
        serving("cms.http.frontend_server:application", frontend_port, **places),
    ):
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20)
    options = parser.parse_args()
    path = _form_with_most_in_it()
    with _site() as url, chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = sign_in(context, url, "admin", os.environ["ADMIN_PASSWORD"])
        page.goto(url + path)
        page.get_by_role("button", name="Toggle preview").click()
        taken = []
        for number in range(options.samples + 1):
            # The form has saved itself by then.
            page.wait_for_timeout((_SETTLED_SECONDS + number * _STEP_SECONDS % 0.5) * 1000)
            taken.append(_seconds_until_seen(page, f"Typed {number} times"))
    # The first one may still load what the browser keeps afterwards.
    first, *taken = taken
    load = os.getloadavg()[0]
    sys.stdout.write(f"{path}, load {load:.1f}, first {first:.2f} s\n")
    sys.stdout.write(" ".join(f"{each:.2f}" for each in sorted(taken)) + "\n")
    sys.stdout.write(f"median {statistics.median(taken):.2f} s, worst {max(taken):.2f} s\n")


if __name__ == "__main__":
    main()
