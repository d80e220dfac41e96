"""Looking for an event in the reference frontend, and what its page says."""

import json
import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo_site import DemoSite
from tests.e2e.frontend import Tab, answer_json, read_api, tab


def titles(page: Page) -> list[str]:
    return page.locator(".event-row h3").all_inner_texts()


def total(visitor: Tab, **query: str) -> int:
    return int(read_api(visitor.api_url, "/api/events", **query)["meta"]["total_count"])


def test_search_filter_paging_and_the_way_back(visitor: Tab) -> None:
    page = visitor.open("/events/")
    count = page.locator(".results-count")
    expect(count).to_have_text(f"{total(visitor, when='upcoming')} events")
    first = titles(page)

    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"\?page=2$"))
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    assert not set(first) & set(titles(page))
    expect(page.locator(".results")).to_be_focused()

    page.get_by_label("Past").check(force=True)
    expect(page).to_have_url(re.compile(r"\?when=past$"))
    expect(count).to_have_text(f"{total(visitor, when='past')} events")

    page.get_by_label("Search", exact=True).press_sequentially("python")
    expect(page).to_have_url(re.compile(r"\?search=python&when=past$"))
    expect(count).to_have_text("1 event")
    expect(page.get_by_label("Search", exact=True)).to_be_focused()
    assert titles(page) == ["Python for teachers"]

    page.go_back()
    expect(count).to_have_text(f"{total(visitor, when='past')} events")
    expect(page.get_by_label("Search", exact=True)).to_have_value("")
    page.go_back()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Upcoming")).to_be_checked()
    expect(page.locator(".event-row")).to_have_count(len(first))
    assert titles(page) == first
    assert visitor.errors == []


def test_filters_of_an_address_are_shown_and_nonsense_is_ignored(visitor: Tab) -> None:
    page = visitor.open(
        "/events/?when=all&event_type=workshop&attendance_mode=mars&page=-3&order=random&tag=git"
    )
    expect(page.get_by_label("All", exact=True)).to_be_checked()
    expect(page.get_by_label("Kind")).to_have_value("workshop")
    expect(page.get_by_label("Where")).to_have_value("")
    expect(page.get_by_role("checkbox", name="git")).to_be_checked()
    expect(page.locator(".results-count")).to_have_text("1 event")
    page.get_by_label("Where").select_option("online")
    expect(page.get_by_role("heading", name="No events found")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/events/\?when=all$"))
    expect(page.get_by_label("Kind")).to_have_value("")


def test_several_topics_are_any_of_them_and_go_away_by_keyboard(visitor: Tab) -> None:
    page = visitor.open("/events/?when=all&tag=git")
    count = page.locator(".results-count")
    topic = page.get_by_role("combobox", name="Topic")
    expect(topic.locator("option[value=python]")).to_be_attached()
    topic.select_option("python")
    expect(page).to_have_url(re.compile(r"\?tag=python&tag=git&when=all$"))
    api = f"{visitor.api_url}/api/events"
    with urlopen(f"{api}?tag=git&tag=python&limit=0", timeout=30) as answer:  # noqa: S310
        both = json.load(answer)["meta"]["total_count"]
    assert both > total(visitor, tag="git")
    expect(count).to_have_text(f"{both} events")
    expect(topic).to_have_value("")
    page.get_by_role("checkbox", name="git").press("Space")
    expect(page).to_have_url(re.compile(r"\?tag=python&when=all$"))
    expect(topic).to_be_focused()
    expect(count).to_have_text(f"{total(visitor, tag='python')} events")
    assert visitor.errors == []


def test_feed_follows_the_filters(visitor: Tab) -> None:
    page = visitor.open("/es/eventos/?event_type=talk")
    page.get_by_text("Suscribirse al calendario").click()
    feed = visitor.api_url.removeprefix("http:") + "/api/events.ics?event_type=talk&locale=es"
    address = page.get_by_role("link", name="Abrir en el calendario").get_attribute("href")
    assert address == f"webcal:{feed}"
    assert page.get_by_role("link", name="(.ics)").get_attribute("href") == f"http:{feed}"


def test_language_switch_keeps_the_place_and_the_filters(visitor: Tab) -> None:
    page = visitor.open("/events/?when=past&event_type=meetup&tag=web")
    page.get_by_role("link", name="Español").click()
    expect(page).to_have_url(re.compile(r"/es/eventos/\?when=past&event_type=meetup$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Eventos")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.locator(".event-row a").first.click()
    expect(page.get_by_role("link", name="Agregar al calendario")).to_be_visible()
    path = page.evaluate("location.pathname")
    other = read_api(visitor.api_url, "/api/v2/resolve/", path=path)["page"]["meta"]
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(visitor.url + other["translations"][0]["path"])


def test_page_of_an_event_says_all_and_describes_itself(visitor: Tab) -> None:
    path = "/events/testing-what-matters/"
    event = read_api(visitor.api_url, "/api/v2/resolve/", path=path)["page"]
    page = visitor.open(path)
    aside = page.locator(".event-aside")
    for words in (
        "6:30 – 8:30 PM",
        "Costa Rica time (UTC\N{MINUS SIGN}6)",
        "Casa Yigüirro",
        "Free of charge",
    ):
        expect(aside).to_contain_text(words)
    expect(aside).not_to_contain_text("where you are")
    expect(page.locator(".session")).to_have_count(len(event["sessions"]))
    expect(page.locator(".speakers li")).to_have_count(len(event["speakers"]))
    calendar = page.get_by_role("link", name="Add to calendar").get_attribute("href")
    assert calendar == event["calendar_url"]
    script = page.locator("script[type='application/ld+json']").text_content()
    assert json.loads(script or "") == event["json_ld"]
    head = page.locator("head")
    assert page.title() == f"{event['title']} · Yigüirro Lab"
    canonical = head.locator("link[rel=canonical]").get_attribute("href")
    assert canonical == event["meta"]["html_url"] == page.url
    spanish = head.locator("link[hreflang=es]").get_attribute("href") or ""
    assert spanish.endswith(event["meta"]["translations"][0]["path"])
    image = head.locator("meta[property='og:image']").get_attribute("content")
    assert image == event["meta"]["social_image"]["src"]
    page.get_by_role("link", name="python").click()
    expect(page).to_have_url(re.compile(r"/events/\?when=all&tag=python$"))
    expect(head.locator("script[type='application/ld+json']")).to_have_count(0)
    assert visitor.errors == []


def test_visitor_elsewhere_reads_the_time_of_both_clocks(
    frontend_browser: Browser, demo_site: DemoSite
) -> None:
    # An hour ahead of UTC, as Madrid, but all year: the demo's event is in some days from now.
    with tab(frontend_browser, demo_site, timezone_id="Africa/Lagos") as visitor:
        page = visitor.open("/events/testing-what-matters/")
        expect(page.locator(".event-aside")).to_contain_text("6:30 – 8:30 PM")
        expect(page.locator(".event-aside")).to_contain_text("1:30 – 3:30 AM where you are")


@pytest.mark.parametrize(
    ("slug", "banner"),
    [
        ("an-evening-about-digital-money", "Cancelled"),
        ("build-a-rain-gauge", "Postponed"),
        ("maps-of-the-neighbourhood", "Moved online"),
        ("postgresql-indexes-by-hand", "This event is over."),
    ],
)
def test_state_of_an_event_is_said_before_all_else(visitor: Tab, slug: str, banner: str) -> None:
    page = visitor.open(f"/events/{slug}/")
    expect(page.locator(".banner")).to_contain_text(banner)
    if banner in ("Cancelled", "This event is over."):
        expect(page.get_by_role("link", name="Register")).to_have_count(0)


def test_event_that_is_not_translated_is_in_its_own_language(visitor: Tab) -> None:
    items = read_api(visitor.api_url, "/api/events", limit="100")["items"]
    meta = next(each["meta"] for each in items if not each["meta"]["is_translated"])
    page = visitor.open(meta["path"])
    expect(page.get_by_text("This page has not been translated yet.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main [lang=es] h1")).to_be_visible()
    canonical = page.locator("link[rel=canonical]").get_attribute("href") or ""
    assert canonical.endswith(meta["translations"][0]["path"])


def test_only_true_translations_are_alternatives_of_each_other(visitor: Tab) -> None:
    page = visitor.page
    found = read_api(visitor.api_url, "/api/v2/resolve/", path="/about/")
    meta = found["page"]["meta"]
    french = {**meta["translations"][0], "locale": "fr", "path": "/fr/à-propos/"}
    meta["translations"].append({**french, "is_translated": False})
    page.route("**/api/v2/resolve/**", lambda route: answer_json(route, found))
    visitor.open("/about/")
    alternates = page.locator("link[rel=alternate]")
    languages = "links => links.map((link) => [link.hreflang, new URL(link.href).pathname])"
    assert alternates.evaluate_all(languages) == [
        ["en", "/about/"],
        ["es", "/es/acerca-de/"],
        ["x-default", "/about/"],
    ]
    canonical = page.locator("link[rel=canonical]")
    expect(canonical).to_have_attribute("href", f"{visitor.url}/about/")
    meta["is_translated"] = False
    meta["translations"].reverse()
    visitor.open("/about/")
    expect(canonical).to_have_attribute("href", f"{visitor.url}/fr/%C3%A0-propos/")
    expect(alternates).to_have_count(0)
    expect(page.locator("main [lang=fr] h1")).to_be_visible()
