"""The page that shows a draft, with the API's answers put in the place of the wire.

The journeys through the admin's own preview panel are in `test_preview_*`.
"""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.frontend import Tab, answer_json, problem, read_api

PREVIEW = "**/api/v2/page_preview/**"


def show(visitor: Tab, content_type: str, draft: Any, more: str = "") -> None:
    visitor.page.route(PREVIEW, lambda route: answer_json(route, draft))
    visitor.page.goto(f"{visitor.url}/preview?content_type={content_type}&token=secret{more}")
    expect(visitor.page.locator(".ribbon")).to_be_visible()


def page_at(visitor: Tab, path: str) -> Any:
    return read_api(visitor.api_url, "/api/v2/resolve/", path=path)["page"]


@pytest.mark.parametrize(
    ("content_type", "path", "ribbon"),
    [
        ("home.homepage", "/", "Draft"),
        ("content.eventindexpage", "/events/", "Draft"),
        ("content.eventpage", "/es/eventos/probar-lo-que-importa/", "Borrador"),
        ("content.standardpage", "/es/acerca-de/", "Borrador"),
    ],
)
def test_draft_of_a_page_looks_like_the_page(
    visitor: Tab, content_type: str, path: str, ribbon: str
) -> None:
    draft = page_at(visitor, path) | {"title": "Quite another title"}
    for section in draft.get("sections", [])[:1]:
        section["value"]["heading"] = draft["title"]
    show(visitor, content_type, draft)
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Quite another title")
    expect(page.locator(".ribbon strong")).to_have_text(ribbon)
    expect(page.locator("html")).to_have_attribute("lang", draft["meta"]["locale"])
    expect(page.locator("#header .brand")).to_be_visible()
    assert page.locator("meta[name=referrer]").get_attribute("content") == "no-referrer"
    assert page.locator("meta[name=robots]").first.get_attribute("content") == "noindex"
    assert page.evaluate("getComputedStyle(document.body).animationName") == "none"
    assert visitor.errors == []


def test_page_that_was_never_saved_has_no_id_yet(visitor: Tab) -> None:
    draft = page_at(visitor, "/events/testing-what-matters/") | {"id": 0}
    draft["meta"] |= {"translations": [], "first_published_at": None}
    show(visitor, "content.eventpage", draft)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Testing what matters")


def test_card_is_how_lists_show_the_event(visitor: Tab) -> None:
    draft = page_at(visitor, "/events/testing-what-matters/")
    show(visitor, "content.eventpage", draft, "&mode=card")
    expect(visitor.page.locator(".card .card-title")).to_have_count(2)
    expect(visitor.page.locator(".programme")).to_have_count(0)


def test_testimonial_and_navigation_have_their_place(visitor: Tab) -> None:
    testimonial = read_api(visitor.api_url, "/api/testimonials", locale="es")["items"][0]
    show(visitor, "content.testimonial", testimonial | {"quote": "Con <b>ganas</b>"})
    expect(visitor.page.locator("blockquote")).to_have_text("Con <b>ganas</b>")
    visitor.page.unroute(PREVIEW)
    site = read_api(visitor.api_url, "/api/v2/site/", locale="es")
    site["navigation"][0]["title"] = "Lo que hacemos"
    show(visitor, "content.navigation", site)
    expect(visitor.page.get_by_role("link", name="Lo que hacemos")).to_be_visible()


def test_preview_that_has_ended_is_said_in_words_of_editors(visitor: Tab) -> None:
    visitor.page.route(PREVIEW, lambda route: answer_json(route, problem(404), status=404))
    page = visitor.open("/preview?content_type=content.eventpage&token=old")
    expect(page.get_by_role("heading", name="This preview has ended")).to_be_visible()
    expect(page.get_by_role("heading", name="La vista previa terminó")).to_be_visible()


def test_address_without_a_token_is_that_of_a_page(visitor: Tab) -> None:
    about = page_at(visitor, "/about/")
    found = {"kind": "page", "page": {**about, "meta": {**about["meta"], "path": "/preview/"}}}
    visitor.page.route("**/api/v2/resolve/?path=%2Fpreview%2F", lambda r: answer_json(r, found))
    page = visitor.open("/preview/")
    expect(page.get_by_role("heading", level=1)).to_have_text(about["title"])


def test_links_of_a_draft_open_elsewhere_and_its_forms_do_nothing(visitor: Tab) -> None:
    show(visitor, "home.homepage", page_at(visitor, "/"))
    page = visitor.page
    with page.expect_popup() as opened:
        page.get_by_role("link", name="See the events").click()
    expect(opened.value).to_have_url(f"{visitor.url}/events/")
    assert opened.value.evaluate("document.referrer") == ""
    visitor.settle()
    expect(page.locator(".form-place-contact")).to_have_attribute("inert", "")


def test_place_is_kept_from_one_draft_to_the_next(visitor: Tab) -> None:
    draft = page_at(visitor, "/")
    show(visitor, "home.homepage", draft)
    page = visitor.page
    page.evaluate("addEventListener('scrollend', () => { window.stands = true; })")
    page.mouse.wheel(0, 1500)
    visitor.until("window.stands && scrollY > 1000")
    before = page.evaluate("scrollY")
    page.reload()
    expect(page.locator(".ribbon")).to_be_visible()
    visitor.until(f"Math.abs(scrollY - {before}) < 3")
    assert visitor.shift() < 0.02


def test_frame_without_storage_still_shows_the_draft(visitor: Tab) -> None:
    visitor.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', "
        "{ get() { throw new DOMException('forbidden', 'SecurityError'); } });"
    )
    show(visitor, "content.standardpage", page_at(visitor, "/about/"))
    visitor.page.mouse.wheel(0, 500)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("About us")
    assert visitor.errors == []


FRAME = """
url => {
  window.drawn = 0;
  addEventListener("message", ({ data }) => {
    if (data.type === "preview:drawn" && data.refreshes) drawn++;
  });
  const frame = document.createElement("iframe");
  Object.assign(frame, { src: url, width: 800, height: 600 });
  document.body.prepend(frame);
  window.refresh = () => frame.contentWindow.postMessage({ type: "preview:refresh" }, "*");
}
"""


def test_frame_is_drawn_anew_when_it_is_told_to(visitor: Tab) -> None:
    page, titles = visitor.page, iter(["Two", "Three", "Four"])
    draft = page_at(visitor, "/events/testing-what-matters/") | {"title": "One"}
    page.route(PREVIEW, lambda route: answer_json(route, draft))
    # Nothing but the admin may frame it.
    page.goto(f"{visitor.api_url}/admin/login/")
    page.evaluate(FRAME, f"{visitor.url}/preview?content_type=content.eventpage&token=secret")
    shown = page.frame_locator("iframe")
    heading = shown.get_by_role("heading", level=1)
    expect(heading).to_have_text("One")
    visitor.until("drawn === 1")
    picture = shown.locator(".event-cover img").element_handle()
    heading.evaluate("() => scrollTo(0, 400)")
    picture.evaluate("img => img.decode()")
    visitor.requests.clear()

    def change(route: Route) -> None:
        draft["title"] = next(titles)
        answer_json(route, draft)

    page.unroute(PREVIEW)
    page.route(PREVIEW, change)
    page.evaluate("refresh()")
    expect(heading).to_have_text("Two")
    # What came while it was drawing is drawn afterwards, in order.
    page.evaluate("refresh(), refresh()")
    expect(heading).to_have_text("Four")
    visitor.until("drawn === 4")
    assert heading.evaluate("() => scrollY") == 400
    assert picture.evaluate("img => img.isConnected && img.complete")
    expect(shown.locator(".ribbon")).to_have_count(1)
    # Neither a document nor a script nor a style.
    assert [each.url for each in visitor.requests if each.url.startswith(visitor.url)] == []
    # Nobody but the window around it may ask for that.
    heading.evaluate("() => postMessage({ type: 'preview:refresh' })")
    page.wait_for_timeout(200)
    assert page.evaluate("drawn") == 4
    page.unroute(PREVIEW)
    page.route(PREVIEW, lambda route: answer_json(route, problem(404), status=404))
    page.evaluate("refresh()")
    expect(shown.get_by_role("heading", name="This preview has ended")).to_be_visible()
    visitor.until("drawn === 5")


def test_token_goes_to_the_api_alone(visitor: Tab) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        assert "referer" not in route.request.headers
        answer_json(route, page_at(visitor, "/about/"))

    visitor.page.route(PREVIEW, answer)
    visitor.page.goto(f"{visitor.url}/preview?content_type=content.standardpage&token=secret")
    expect(visitor.page.locator(".ribbon")).to_be_visible()
    visitor.settle()
    others = [each for each in visitor.requests if "/preview?" not in each.url]
    leaks = [each.url for each in others if "secret" in f"{each.url}{each.headers}"]
    assert leaks == asked
