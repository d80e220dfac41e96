"""Editors look at drafts in the admin; the reference frontend shows them, from another origin."""

import re
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request, expect
from pytest_django import DjangoDbBlocker

from tests.e2e.browser import PATIENCE_MS, chromium, sign_in, wait_until
from tests.e2e.preview_site import EVENT_TITLE, FIRST_TITLE, PreviewSite, preview_site
from tests.running_sites import PASSWORD

PANEL = "#w-preview-iframe"


@pytest.fixture(scope="module")
def site(
    installed_chromium: None,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PreviewSite]:
    with preview_site(django_db_blocker, tmp_path_factory.mktemp("preview")) as started:
        yield started


@pytest.fixture(scope="module")
def journeys(site: PreviewSite) -> Iterator[Browser]:
    """One browser for the module, closed before Django drops the database."""
    with chromium() as started:
        yield started


@pytest.fixture
def editor(site: PreviewSite, journeys: Browser) -> Iterator[Page]:
    yield from member(site, journeys, "editor")


@pytest.fixture
def moderator(site: PreviewSite, journeys: Browser) -> Iterator[Page]:
    yield from member(site, journeys, "moderator")


def member(site: PreviewSite, browser: Browser, username: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site.url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield sign_in(context, site.url, username, PASSWORD)
    context.close()


def open_form(page: Page, path: str) -> FrameLocator:
    """The frontend in the panel beside the form at ``path``."""
    page.goto(path)
    shown = open_panel(page)
    expect(shown.locator(".ribbon")).to_be_visible()
    return shown


def open_panel(page: Page) -> FrameLocator:
    toggle = page.get_by_role("button", name="Toggle preview")
    # It is remembered from form to form.
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()
    return page.frame_locator(PANEL).frame_locator("iframe")


def retype(page: Page, selector: str, text: str) -> None:
    """As by hand: what scripts do to a field does not count as an edit."""
    page.locator(selector).select_text()
    page.keyboard.insert_text(text)


def width_of_frontend(page: Page) -> int:
    frame = next(each for each in page.frames if "/preview?content_type=" in each.url)
    return int(frame.evaluate("innerWidth"))


def test_what_is_typed_appears_beside_the_form(editor: Page, site: PreviewSite) -> None:
    shown = open_form(editor, site.paths["event"])
    heading = shown.get_by_role("heading", level=1)
    expect(heading).to_have_text(EVENT_TITLE)
    last = shown.get_by_text("11. Bring a board")
    last.scroll_into_view_if_needed()
    before = heading.evaluate("() => scrollY")
    assert before > 500
    loaded: list[str] = []

    def note(request: Request) -> None:
        if request.url.startswith(site.frontend_url):
            loaded.append(request.url)

    editor.on("request", note)
    retype(editor, "#id_title", "Night of boards")
    expect(heading).to_have_text("Night of boards")
    retype(editor, "#id_title", "Night of boards & <b>wires</b>")
    expect(heading).to_have_text("Night of boards & <b>wires</b>")
    assert heading.evaluate("() => scrollY") == before
    # The frontend stays where it is and asks the API alone.
    assert loaded == []


def test_panel_shows_the_draft_at_the_sizes_of_devices_and_as_in_lists(
    editor: Page, site: PreviewSite
) -> None:
    shown = open_form(editor, site.paths["event"])
    for size, width in (("tablet", 768), ("desktop", 1280), ("mobile", 375)):
        editor.get_by_role("radio", name=f"Preview in {size} size").check(force=True)
        wait_until(editor, lambda: width_of_frontend(editor) == width, size)  # noqa: B023 - at once
    editor.get_by_label("Preview mode").select_option("In lists")
    expect(shown.locator(".card .card-title").first).to_be_visible()
    expect(shown.get_by_role("heading", level=1)).to_have_class("visually-hidden")


def test_older_version_is_shown_as_it_was(editor: Page, site: PreviewSite) -> None:
    editor.goto(site.paths["event"].replace("/edit/", "/history/"))
    version = editor.get_by_role("row").filter(has_text="Draft saved").last
    version.get_by_role("button", name="Actions").click()
    editor.get_by_role("link", name="Preview", exact=True).click()
    shown = editor.frame_locator("iframe")
    expect(shown.get_by_role("heading", level=1)).to_have_text(FIRST_TITLE)


@pytest.mark.parametrize(("language", "ribbon"), [("en", "Draft"), ("es", "Borrador")])
def test_testimonial_and_navigation_are_shown_in_their_language(
    editor: Page, site: PreviewSite, language: str, ribbon: str
) -> None:
    shown = open_form(editor, site.paths[f"testimonial {language}"])
    expect(shown.locator(".ribbon strong")).to_have_text(ribbon)
    retype(editor, "#id_quote", "Con ganas <3")
    expect(shown.locator("blockquote")).to_have_text("Con ganas <3")
    shown = open_form(editor, site.paths[f"navigation {language}"])
    expect(shown.locator("html")).to_have_attribute("lang", language)
    retype(editor, "#id_tagline", "Soldering since 2027")
    expect(shown.locator(".footer-tagline")).to_have_text("Soldering since 2027")


def test_landing_page_and_standard_page_are_shown(editor: Page, site: PreviewSite) -> None:
    shown = open_form(editor, site.paths["about"])
    retype(editor, "#id_title", "About everybody")
    expect(shown.get_by_role("heading", level=1)).to_have_text("About everybody")
    shown = open_form(editor, site.paths["home"])
    retype(editor, "[name=sections-0-value-heading]", "We wire")
    expect(shown.get_by_role("heading", level=1)).to_have_text("We wire")


def test_event_is_shown_before_it_is_saved(editor: Page, site: PreviewSite) -> None:
    editor.get_by_role("link", name="Add event").first.click()
    editor.wait_for_url(re.compile("/add/"))
    shown = open_panel(editor)
    retype(editor, "#id_title", "Brand new")
    retype(editor, "#id_starts_at", "2027-05-04 18:30")
    expect(shown.get_by_role("heading", level=1)).to_have_text("Brand new")
    # Its first save gives the form another address, and the preview with it.
    editor.wait_for_url(re.compile(r"/pages/\d+/edit/"))
    retype(editor, "#id_title", "Not so new")
    expect(shown.get_by_role("heading", level=1)).to_have_text("Not so new")


def test_preview_ends_when_its_editor_signs_out(
    editor: Page, site: PreviewSite, journeys: Browser
) -> None:
    open_form(editor, site.paths["about"])
    frame = next(each for each in editor.frames if "/preview?content_type=" in each.url)
    api_url = frame.url.replace(f"{site.frontend_url}/preview", f"{site.url}/api/v2/page_preview/")
    with urlopen(api_url) as answer:  # noqa: S310 - our own http address
        assert answer.headers["Cache-Control"] == "private, no-store"
    elsewhere = journeys.new_page()
    elsewhere.goto(frame.url)
    expect(elsewhere.locator(".ribbon")).to_be_visible()
    editor.goto("/admin/")
    editor.get_by_role("button", name="editor").click()
    editor.get_by_role("button", name="Log out").click()
    editor.wait_for_url(re.compile("/admin/login/"))
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", name="This preview has ended")).to_be_visible()
    with pytest.raises(HTTPError) as refused:
        urlopen(api_url)  # noqa: S310 - as above
    with refused.value as answer:
        assert answer.code == 404
    elsewhere.close()


def test_published_draft_is_public_and_the_admin_leads_there(
    moderator: Page, site: PreviewSite
) -> None:
    shown = open_form(moderator, site.paths["about"])
    retype(moderator, "#id_title", "All about us")
    expect(shown.get_by_role("heading", level=1)).to_have_text("All about us")
    moderator.get_by_role("button", name="More actions").click()
    moderator.get_by_role("button", name="Publish", exact=True).click()
    message = moderator.locator(".messages")
    expect(message).to_contain_text("published")
    live = message.get_by_role("link", name="View live")
    expect(live).to_have_attribute("href", f"{site.frontend_url}/about/")
    with moderator.expect_popup() as opened:
        live.evaluate("link => { link.target = '_blank'; link.click(); }")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("All about us")
    expect(opened.value.locator(".ribbon")).to_have_count(0)
