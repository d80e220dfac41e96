"""The reference frontend in a browser, as its own server delivers it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page

from tests.demo_site import DemoSite
from tests.e2e.browser import wait_until


def test_content_policy_lets_the_frontend_work_and_its_data_in(
    demo_site: DemoSite, browser: Browser
) -> None:
    page = browser.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/", "/events/", "/es/eventos/semana-de-laboratorio-abierto/"):
        page.goto(demo_site.frontend_url + path)
        page.wait_for_selector("main h1", timeout=30_000)
    data = page.locator("script[type='application/ld+json']")
    data.wait_for(state="attached", timeout=30_000)
    assert '"Event"' in (data.text_content() or "")
    loaded = "images => images.length > 0 && images.some(image => image.naturalWidth > 0)"
    page.wait_for_function(f"({loaded})([...document.images])", timeout=30_000)
    assert complaints == []


class Stranger(BaseHTTPRequestHandler):
    """A site that is neither the admin nor the frontend."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def stranger() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def framed(page: Page, url: str, frame_url: str) -> Frame:
    """The frame of `frame_url` in the page at `url`, when it has loaded or been refused."""
    page.goto(url)
    page.evaluate(
        """address => new Promise(resolve => {
            const frame = document.createElement("iframe");
            frame.onload = resolve;
            frame.src = address;
            document.body.append(frame);
        })""",
        frame_url,
    )
    return page.frames[-1]


def comes_to(frame: Frame, url: str) -> None:
    """Playwright hears of the address a moment after the page hears that it has loaded."""
    wait_until(frame.page, lambda: frame.url == url, f"not {url}")


def test_only_the_admin_may_frame_a_preview(
    demo_site: DemoSite, stranger: str, browser: Browser
) -> None:
    preview = f"{demo_site.frontend_url}/preview?content_type=content.eventpage&token=none"
    page = browser.new_page()
    frame = framed(page, f"{demo_site.url}/admin/login/", preview)
    comes_to(frame, preview)
    frame.wait_for_selector("main h1", timeout=30_000)
    comes_to(framed(page, stranger, preview), "chrome-error://chromewebdata/")
    comes_to(framed(page, stranger, demo_site.url + "/healthz"), demo_site.url + "/healthz")
