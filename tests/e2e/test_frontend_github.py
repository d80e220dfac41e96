"""Projects and contributions on the landing page of the reference frontend."""

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.frontend import Tab, answer_json, read_api, require_axe

RESOLVE = "**/api/v2/resolve/**"
FETCHED_AT = "2026-11-22T12:00:00+00:00"
PROJECT = {
    "id": 1,
    "name": "tool.js",
    "summary": "<b>Counts</b> things",
    "html_url": "https://github.com/example-lab/tool.js",
    "language": "TypeScript",
    "stars": 1234,
    "cover": None,
}
CONTRIBUTION = {
    "id": 1,
    "title": "Read <i>tags</i> as text",
    "html_url": "https://github.com/django/django/pull/7",
    "repository": "django/django",
    "number": 7,
    "state": "merged",
    "created_at": "2026-11-20T12:00:00+00:00",
}


def section(kind: str, items: list[dict[str, object]]) -> dict[str, object]:
    value = {"heading": f"Our {kind}", "mode": "all", "fetched_at": FETCHED_AT, "items": items}
    value["stale"] = kind == "contributions"
    return {"type": kind, "id": kind, "value": value}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "/",
            ("1,234 stars", "Merged", "From GitHub, as of November 22, 2026", "older than usual"),
        ),
        (
            "/es/",
            (
                *("1234 estrellas", "Integrado", "De GitHub, al 22 de noviembre de 2026"),
                "más antiguo de lo normal",
            ),
        ),
    ],
)
def test_sections_say_what_there_is_and_as_of_when(
    path: str, words: tuple[str, str, str, str], visitor: Tab
) -> None:
    document = read_api(visitor.api_url, "/api/v2/resolve/", path=path)
    shown = [section("projects", [PROJECT]), section("contributions", [CONTRIBUTION])]
    document["page"]["sections"] = [*shown, section("projects", [])]

    def answer(route: Route) -> None:
        answer_json(route, document)

    visitor.page.route(RESOLVE, answer)
    page = visitor.open(path)
    expect(page.locator("main section")).to_have_count(2)
    stars, state, as_of, late = words
    card = page.locator("article.card")
    expect(card).to_contain_text("<b>Counts</b> things")
    expect(card).to_contain_text("TypeScript")
    expect(card).to_contain_text(stars)
    link = card.get_by_role("link", name="tool.js")
    expect(link).to_have_attribute("href", "https://github.com/example-lab/tool.js")
    row = page.locator("li.row")
    expect(row).to_contain_text("Read <i>tags</i> as text")
    expect(row).to_contain_text(state)
    expect(page.locator("time").first).to_contain_text(as_of)
    dates = page.locator(".as-of")
    expect(dates.first).not_to_contain_text(late)
    expect(dates.last).to_contain_text(late)
    require_axe()
    assert visitor.violations() == []
