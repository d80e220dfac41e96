"""Every kind of page of the reference frontend, as visitors, machines and browsers judge it."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.demo_site import DemoSite
from tests.e2e.frontend import Tab, require_axe, tab

LANDING, EVENTS, EVENT, STANDARD = "/", "/events/", "/events/testing-what-matters/", "/about/"
SPANISH = ["/es/", "/es/eventos/", "/es/eventos/probar-lo-que-importa/", "/es/acerca-de/"]
EVERY_KIND = [LANDING, EVENTS, EVENT, STANDARD]
STATES = ["/nothing/", "/events/?search=zzzzzz&tag=git", "/events/an-evening-about-digital-money/"]
MOST_BYTES = 60_000
MOST_SHIFT = 0.02


@pytest.mark.parametrize("path", [*EVERY_KIND, *SPANISH])
def test_page_is_whole_quiet_and_still(visitor: Tab, path: str) -> None:
    page = visitor.open(path)
    visitor.settle()
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator("h1").inner_text().strip()
    assert page.locator("html").get_attribute("lang") == ("es" if path in SPANISH else "en")
    assert "Yigüirro Lab" in page.title()
    expect(page.locator("#header .brand")).to_have_text("Yigüirro Lab")
    expect(page.locator("#footer nav a").first).to_be_visible()
    broken = "images => images.filter((each) => !each.complete || !each.naturalWidth).length"
    assert page.locator("main img").evaluate_all(broken) == 0
    own = {url.split("//")[1] for url in (visitor.url, visitor.api_url)}
    assert visitor.hosts() <= own
    assert visitor.shift() < MOST_SHIFT
    assert visitor.errors == []


@pytest.mark.parametrize("path", EVERY_KIND)
def test_script_and_style_stay_within_the_budget(visitor: Tab, path: str) -> None:
    page = visitor.open(path)
    page.wait_for_load_state("networkidle")
    bodies = [
        answer.body()
        for request in visitor.requests
        if request.resource_type in ("script", "stylesheet") and (answer := request.response())
    ]
    assert len(bodies) > 10
    assert sum(len(body) for body in bodies) <= MOST_BYTES


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*EVERY_KIND, SPANISH[0], SPANISH[1], *STATES])
def test_page_has_no_accessibility_violation(
    frontend_browser: Browser, demo_site: DemoSite, path: str, scheme: str
) -> None:
    require_axe()
    with tab(frontend_browser, demo_site, color_scheme=scheme) as visitor:
        visitor.open(path)
        visitor.settle()
        assert visitor.violations() == []


@pytest.mark.parametrize("path", [*EVERY_KIND, "/nothing/"])
def test_narrow_screen_needs_no_sideways_scrolling(
    frontend_browser: Browser, demo_site: DemoSite, path: str
) -> None:
    """320 pixels is also 1280 pixels at 400 % (WCAG 1.4.10)."""
    size = {"width": 320, "height": 640}
    with tab(frontend_browser, demo_site, viewport=size) as visitor:
        page = visitor.open(path)
        visitor.settle()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("link", name="Recordings")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        small = """links => links.filter((each) => {
            const { width, height } = each.getBoundingClientRect();
            return width && (width < 24 || height < 24);
        }).map((each) => each.outerHTML)"""
        assert (
            page.locator(
                "#header a, #header button, main a.button, main button:not(.visually-hidden)"
            ).evaluate_all(small)
            == []
        )


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", [EVENTS, EVENT])
def test_long_words_and_addresses_need_no_sideways_scrolling(
    frontend_browser: Browser, demo_site: DemoSite, path: str, width: int
) -> None:
    """What an editor may type: a word of 80 letters, an address without a break."""
    word, address = "x" * 80, f"https://example.org/{'a' * 150}"

    def lengthen(route: Route) -> None:
        answer = route.fetch()
        content = answer.json()
        for event in content.get("items", [content.get("page", content)]):
            if "starts_at" in event:
                event |= {"title": word, "summary": f"See {address}", "attendance_mode": "offline"}
                event["venue"] = {"name": word, "address": address, "city": word}
        route.fulfill(response=answer, json=content)

    size = {"width": width, "height": 640}
    with tab(frontend_browser, demo_site, viewport=size) as visitor:
        visitor.page.route(re.compile(r"/api/v2/(events|resolve)/"), lengthen)
        page = visitor.open(path)
        visitor.settle()
        expect(page.locator("main")).to_contain_text(word)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pictures_come_in_the_size_that_is_shown(
    frontend_browser: Browser, demo_site: DemoSite
) -> None:
    phone = {"width": 390, "height": 800}
    with tab(frontend_browser, demo_site, viewport=phone) as visitor:
        page = visitor.open(LANDING)
        hero = page.locator(".hero-picture img")
        shown = hero.evaluate("async each => { await each.decode(); return each.currentSrc; }")
        assert "width-480" in shown
        assert shown.endswith(".webp")
        assert hero.get_attribute("loading") == "eager"
        assert page.locator(".card img").first.get_attribute("loading") == "lazy"
        unsized = "images => images.filter((each) => !each.width || !each.height).length"
        assert page.locator("img[width][height]").count() == page.locator("img").count()
        assert page.locator("main img").evaluate_all(unsized) == 0


def test_print_of_an_event_has_what_matters_on_paper(visitor: Tab) -> None:
    page = visitor.open(EVENT)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Programme")).to_be_visible()
    expect(page.locator("#header")).to_be_hidden()
    expect(page.locator(".event-aside .buttons")).to_be_hidden()
    expect(page.get_by_text("Casa Yigüirro", exact=True)).to_be_visible()
