"""The reference frontend when something is missing, slow, busy or hostile."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.demo_site import DemoSite
from tests.e2e.browser import wait_until
from tests.e2e.frontend import Tab, answer_json, problem, read_api, tab

RESOLVE = "**/api/v2/resolve/**"
PAYLOADS = (
    "<script>window.broken = 1</script>",
    "<img src=x onerror='window.broken = 2'>",
    '"><svg onload=window.broken=3>',
    "javascript:window.broken=4",
)


def test_path_without_a_page_is_said_so_in_its_language(visitor: Tab) -> None:
    page = visitor.open("/es/nada/de/eso/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aquí no hay nada")
    expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
    page.get_by_role("link", name="Ir al inicio").click()
    expect(page).to_have_url(f"{visitor.url}/es/")
    expect(page.locator("meta[name=robots]")).to_have_count(0)


@pytest.mark.parametrize("path", ["/%00/", "/%ff%fe/", "/a%2F..%2Fb/", "/" + "x" * 2500])
def test_path_that_makes_no_sense_is_not_found(visitor: Tab, path: str) -> None:
    page = visitor.open(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing lives here")


def test_redirect_leads_on_and_a_circle_ends(visitor: Tab) -> None:
    page = visitor.page

    def redirect(route: Route) -> None:
        target = "/about/" if "old" in route.request.url else "/circle/"
        answer_json(route, {"kind": "redirect", "to": visitor.url + target, "permanent": True})

    page.route(re.compile(r"resolve/\?path=%2F(old|circle)"), redirect)
    visitor.open("/old/")
    expect(page).to_have_url(f"{visitor.url}/about/")
    expect(page.get_by_role("heading", level=1)).to_have_text("About us")
    visitor.open("/circle/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing lives here")


def test_path_in_another_form_becomes_the_pages_own(visitor: Tab) -> None:
    page = visitor.open("/about?from=mail#house")
    expect(page).to_have_url(f"{visitor.url}/about/?from=mail#house")


def test_api_that_is_away_leaves_the_frame_and_a_way_on(visitor: Tab) -> None:
    page = visitor.open("/")
    page.route(RESOLVE, lambda route: route.abort())
    page.locator("#footer").get_by_role("link", name="Privacy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")
    expect(page.locator("#header .brand")).to_be_visible()
    page.unroute(RESOLVE)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Privacy")


def test_site_that_is_away_from_the_beginning_is_said_in_the_pages_language(visitor: Tab) -> None:
    visitor.page.route(f"{visitor.api_url}/**", lambda route: route.abort())
    page = visitor.open("/es/eventos/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Algo salió mal")
    expect(page.get_by_role("button", name="Intentar de nuevo")).to_be_enabled()


def test_list_that_fails_leaves_the_page_around_it(visitor: Tab) -> None:
    busy = re.compile(r"/api/v2/events/\?.*limit=12")
    visitor.page.route(busy, lambda route: answer_json(route, problem(503), status=503))
    page = visitor.open("/events/")
    expect(page.get_by_role("heading", name="That did not work", level=2)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Events")
    page.unroute(busy)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".event-row")).to_have_count(12)


def test_api_with_an_error_names_the_request(visitor: Tab) -> None:
    visitor.page.route(RESOLVE, lambda route: answer_json(route, problem(500), status=500))
    page = visitor.open("/about/")
    expect(page.get_by_text("Reference: 0123456789abcdef")).to_be_visible()


def button_of_busy_api(visitor: Tab, *, seconds: int) -> Locator:
    """To try it again, which would succeed by now."""

    def busy(route: Route) -> None:
        answer_json(route, problem(429), status=429, **{"Retry-After": str(seconds)})

    visitor.page.route(RESOLVE, busy)
    page = visitor.open("/about/")
    expect(page.get_by_role("heading", level=1)).to_have_text("One moment, please")
    page.unroute(RESOLVE)
    return page.get_by_role("button", name="Try again")


def test_busy_api_says_when_to_come_back(visitor: Tab) -> None:
    expect(button_of_busy_api(visitor, seconds=600)).to_be_disabled()


def test_api_that_was_busy_is_asked_again_when_the_time_is_over(visitor: Tab) -> None:
    page, button = visitor.page, button_of_busy_api(visitor, seconds=1)
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About us")


def test_slow_answer_shows_a_skeleton_and_moves_nothing(visitor: Tab) -> None:
    held: list[Route] = []
    visitor.page.route(RESOLVE, lambda route: held.append(route))
    visitor.page.goto(visitor.url + "/about/")
    expect(visitor.page.locator(".skeleton")).to_be_visible()
    expect(visitor.page.locator("main")).to_have_attribute("aria-busy", "true")
    visitor.page.wait_for_timeout(300)
    wait_until(visitor.page, lambda: held, "nothing was asked for")
    held[0].continue_()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("About us")
    visitor.settle()
    assert visitor.shift() < 0.02


def test_answer_that_comes_too_late_changes_nothing(visitor: Tab) -> None:
    page = visitor.open("/")
    held: list[Route] = []
    page.route(re.compile(r"resolve/\?path=%2Fprivacy"), lambda route: held.append(route))
    page.locator("#footer").get_by_role("link", name="Privacy").click()
    expect(page.locator(".skeleton")).to_be_visible()
    wait_until(page, lambda: held, "nothing was asked for")
    page.get_by_role("link", name="Yigüirro Lab").click()
    expect(page.locator(".hero h1")).to_be_visible()
    assert len(held) == 1
    held[0].abort()
    page.wait_for_timeout(300)
    expect(page.locator(".hero h1")).to_be_visible()
    expect(page).to_have_url(f"{visitor.url}/")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_content_never_becomes_script(visitor: Tab, payload: str) -> None:
    page = visitor.page
    found = read_api(visitor.api_url, "/api/v2/resolve/", path="/about/")
    hostile: dict[str, Any] = found["page"]
    hostile |= {"title": payload, "summary": payload}
    hostile["meta"]["seo_title"] = payload
    link = {"heading": payload, "text": payload, "label": "Follow", "url": payload}
    quote = {"text": payload, "attribution": payload}
    hostile["body"] = [
        {
            "type": "rich_text",
            "id": None,
            "value": f'<p>Text {payload}<a href="{payload}">x</a></p>',
        },
        {"type": "call_to_action", "id": None, "value": link},
        {"type": "quote", "id": None, "value": quote},
        {"type": "code", "id": None, "value": {"language": payload, "code": payload}},
        {"type": "from_the_future", "id": None, "value": payload},
    ]
    page.route(RESOLVE, lambda route: answer_json(route, found))
    visitor.open("/about/")
    expect(page.get_by_role("heading", level=1)).to_have_text(payload)
    expect(page.locator(".call-to-action a")).not_to_have_attribute(
        "href", re.compile("javascript")
    )
    page.get_by_text("Follow").click(no_wait_after=True)
    page.wait_for_timeout(100)
    assert page.evaluate("window.broken") is None
    assert page.locator("main script, main svg[onload], main img[onerror]").count() == 0
    assert page.locator("main a[href^='javascript' i]").count() == 0


def test_keyboard_alone_gets_everywhere(visitor: Tab) -> None:
    page = visitor.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    more = page.get_by_role("button", name="More under The lab")
    more.focus()
    page.keyboard.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.locator(".submenu").get_by_role("link", name="About us")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("About us")
    expect(heading).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("About us · Yigüirro Lab")
    expect(more).to_have_attribute("aria-expanded", "false")


def test_way_back_leads_to_the_same_spot(visitor: Tab) -> None:
    page = visitor.open("/")
    link = page.get_by_role("link", name="how it all began")
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About us")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(page.locator(".hero h1")).to_be_visible()
    visitor.until(f"Math.abs(scrollY - {before}) < 3")


def test_motion_is_only_for_those_who_want_it(
    frontend_browser: Browser, demo_site: DemoSite
) -> None:
    with tab(frontend_browser, demo_site, reduced_motion="no-preference") as visitor:
        page = visitor.page
        page.add_init_script(
            "const start = document.startViewTransition;"
            "document.startViewTransition = function (change) {"
            "  window.moved = true; return start.call(document, change); };"
        )
        visitor.open("/")
        page.locator("#footer").get_by_role("link", name="Privacy").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Privacy")
        assert page.evaluate("window.moved") is True
        page.emulate_media(reduced_motion="reduce")
        page.evaluate("delete window.moved")
        page.get_by_role("link", name="Yigüirro Lab").click()
        expect(page.locator(".hero h1")).to_be_visible()
        assert page.evaluate("window.moved") is None
