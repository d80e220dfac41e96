"""What the tests of the reference frontend share: a tab that remembers what went wrong in it."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, expect

from tests.demo_site import DemoSite
from tests.e2e.browser import PATIENCE_MS, wait_until

FRONTEND = Path(__file__).resolve().parent.parent.parent / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

expect.set_options(timeout=PATIENCE_MS)

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""


class Tab:
    """A page of the frontend, with the requests, errors and layout shifts since it was opened."""

    def __init__(self, page: Page, site: DemoSite) -> None:
        self.page = page
        self.url, self.api_url = site.frontend_url, site.url
        self.requests: list[Request] = []
        self._unanswered: set[Request] = set()
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(WATCH_SHIFTS)
        page.on("request", self._note_request)
        page.on("requestfinished", lambda request: self._unanswered.discard(request))
        page.on("requestfailed", lambda request: self._unanswered.discard(request))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note_request(self, request: Request) -> None:
        self.requests.append(request)
        self._unanswered.add(request)

    def _note(self, message: ConsoleMessage) -> None:
        # On a busy machine the text that a font is for may come seconds after it.
        is_slowness = "was preloaded using link preload but not used" in message.text
        if message.type in ("error", "warning") and not is_slowness:
            self.errors.append(message.text)

    def open(self, path: str) -> Page:
        """Go to ``path`` and wait until its heading is there."""
        self.page.goto(self.url + path)
        expect(self.page.locator("main h1")).to_be_attached()
        return self.page

    def settle(self) -> None:
        """Scroll to the end and back, until everything that is loaded late is there."""
        self.page.evaluate(
            """async patience => {
              const pause = (time) => new Promise((done) => setTimeout(done, time));
              for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
                scrollTo(0, y);
                await pause(30);
              }
              for (const image of document.images) {
                if (image.complete || !image.checkVisibility()) continue;
                // On a busy machine its place may never have been drawn.
                image.scrollIntoView();
                const loaded = new Promise((done) => {
                  for (const end of ["load", "error"]) image.addEventListener(end, done);
                });
                if (!image.complete) await Promise.race([loaded, pause(patience)]);
              }
              scrollTo(0, 0);
            }""",
            PATIENCE_MS,
        )
        self._wait_for_answers()

    def _wait_for_answers(self) -> None:
        """Until nothing has been asked for half a second.

        Playwright's own "networkidle" stays true, whatever is asked for afterwards.
        """
        quiet_since = time.monotonic()

        def is_quiet() -> bool:
            nonlocal quiet_since
            if self._unanswered:
                quiet_since = time.monotonic()
            return time.monotonic() - quiet_since > 0.5

        wait_until(self.page, is_quiet, "requests go on")

    def hosts(self) -> set[str]:
        """Hosts that were asked for anything."""
        urls = [urlsplit(request.url) for request in self.requests]
        return {url.netloc for url in urls if url.scheme != "data"}

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA, one line for each."""
        # Through the tool's own channel: the page's policy allows no script of ours.
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })", WCAG
        )
        return [
            f"{each['id']}: {node['html'][:160]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def until(self, expression: str) -> None:
        """Wait until ``expression`` is true: the page's policy forbids Playwright's own way."""
        wait_until(self.page, lambda: self.page.evaluate(expression), f"never true: {expression}")

    def shift(self) -> float:
        """The sum of all layout shifts that nobody asked for."""
        return float(self.page.evaluate("shifts.reduce((sum, each) => sum + each, 0)"))


@contextmanager
def tab(browser: Browser, site: DemoSite, **options: Any) -> Iterator[Tab]:
    """A fresh tab in Costa Rica, where most of the demo's events are."""
    defaults = {
        "viewport": {"width": 1280, "height": 900},
        "timezone_id": "America/Costa_Rica",
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**{**defaults, **options})
    try:
        yield Tab(context.new_page(), site)
    finally:
        context.close()


def require_axe() -> None:
    if AXE.is_file():
        return
    message = "axe-core is not installed: make frontend-packages"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def read_api(api_url: str, route: str, /, **query: str) -> Any:
    with urlopen(f"{api_url}{route}?{urlencode(query)}", timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def answer_json(route: Route, body: Any, status: int = 200, **headers: str) -> None:
    """Fulfil an intercepted request as the API would, CORS included."""
    kind = "application/json" if status < 400 else "application/problem+json"
    exposed = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    route.fulfill(
        status=status,
        body=json.dumps(body),
        headers={"Content-Type": kind, **exposed, **headers},
    )


def problem(status: int, **more: Any) -> dict[str, Any]:
    """An RFC 9457 document as the API answers it."""
    basis = {"type": "about:blank", "title": "Problem", "status": status, "detail": "It is so."}
    return {**basis, "instance": "/api/", "request_id": "0123456789abcdef", **more}
