"""The forms of the landing page, against every answer that the contract knows."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.demo_site import DemoSite
from tests.e2e.frontend import Tab, answer_json, problem, require_axe, tab

CONTACT, SUBSCRIBE = "**/api/contact", "**/api/subscribe"


def answering(page: Page, path: str, status: int, body: Any, **headers: str) -> list[Any]:
    """Answer every POST to ``path``; the requests' bodies and keys are in what is returned."""
    received: list[Any] = []

    def answer(route: Route) -> None:
        if route.request.method == "OPTIONS":
            allowed = "content-type, idempotency-key"
            return answer_json(route, {}, **{"Access-Control-Allow-Headers": allowed})
        key = route.request.headers.get("idempotency-key")
        received.append((route.request.post_data_json, key))
        return answer_json(route, body, status=status, **headers)

    page.route(path, answer)
    return received


def filled(visitor: Tab) -> Page:
    page = visitor.open("/")
    page.get_by_role("heading", name="Write to us").scroll_into_view_if_needed()
    form = page.locator(".form-place-contact")
    form.get_by_label("Name").fill("Ana Solís")
    form.get_by_label("E-mail address").fill("ana@example.org")
    form.get_by_label("Message", exact=True).fill("Is there coffee?\nHow much?")
    form.get_by_label("You may keep").check()
    return page


def test_sentence_that_comes_late_moves_nothing(visitor: Tab) -> None:
    def late(route: Route) -> None:
        visitor.page.wait_for_timeout(800)
        route.continue_()

    visitor.page.route("**/api/subscribe*", late)
    page = filled(visitor)
    expect(page.locator(".form-place-newsletter q")).to_contain_text("newsletter")
    assert visitor.shift() < 0.02


def test_message_is_sent_once_and_thanked_for(visitor: Tab) -> None:
    received = answering(visitor.page, CONTACT, 201, {"id": "1", "received_at": "2026-01-01"})
    page = filled(visitor)
    page.get_by_role("button", name="Send message").click()
    thanks = page.get_by_role("heading", name="Thank you, your message has arrived")
    expect(thanks).to_be_focused()
    body, key = received[0]
    assert body == {
        "name": "Ana Solís",
        "email": "ana@example.org",
        "subject": "",
        "message": "Is there coffee?\nHow much?",
        "consent": True,
        "website": "",
        "locale": "en",
    }
    assert len(received) == 1
    assert len(key) >= 16
    assert visitor.shift() < 0.02


def test_message_reaches_the_cms(visitor: Tab) -> None:
    page = filled(visitor)
    page.get_by_role("button", name="Send message").click()
    thanks = page.get_by_role("heading", name="Thank you, your message has arrived")
    expect(thanks).to_be_visible()
    assert visitor.errors == []


def test_privacy_page_opens_beside_what_was_written(visitor: Tab) -> None:
    page = filled(visitor)
    form = page.locator(".form-place-contact")
    with page.expect_popup() as opened:
        form.get_by_role("link", name="Privacy (new tab)").click()
    expect(opened.value.get_by_role("heading", name="Privacy", level=1)).to_be_visible()
    expect(form.get_by_label("Name")).to_have_value("Ana Solís")
    assert visitor.shift() < 0.02
    page = visitor.open("/es/")
    page.get_by_role("heading", name="Una carta al mes").scroll_into_view_if_needed()
    link = page.locator(".form-place-newsletter").get_by_role("link")
    expect(link).to_have_accessible_name("Privacidad (pestaña nueva)")
    expect(link).to_have_attribute("href", "/es/privacidad/")
    assert visitor.shift() < 0.02


def test_what_is_missing_is_said_at_the_field_and_nothing_is_sent(visitor: Tab) -> None:
    received = answering(visitor.page, SUBSCRIBE, 202, {})
    page = visitor.open("/es/")
    page.get_by_role("heading", name="Una carta al mes").scroll_into_view_if_needed()
    email = page.locator(".form-place-newsletter").get_by_label("Correo electrónico")
    page.get_by_role("button", name="Suscribirse").click()
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("Complete este campo.")
    email.fill("ana")
    page.get_by_role("button", name="Suscribirse").click()
    expect(email).to_have_accessible_description("Escriba una dirección como ana@example.org.")
    assert received == []
    email.fill("ana@example.org")
    page.get_by_role("button", name="Suscribirse").click()
    expect(page.get_by_role("heading", name="Casi listo: revise su correo")).to_be_visible()
    assert received[0][0]["locale"] == "es"


def test_what_the_api_finds_wrong_is_said_at_its_field(visitor: Tab) -> None:
    errors = [{"pointer": "/email", "code": "invalid", "message": "No such domain."}]
    answering(visitor.page, CONTACT, 400, problem(400, errors=errors))
    page = filled(visitor)
    page.get_by_role("button", name="Send message").click()
    email = page.locator(".form-place-contact").get_by_label("E-mail address")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("No such domain.")
    expect(page.get_by_role("button", name="Send message")).to_be_enabled()


def test_corrected_message_is_another_one(visitor: Tab) -> None:
    errors = [{"pointer": "/email", "code": "invalid", "message": "No such domain."}]
    received = answering(visitor.page, CONTACT, 400, problem(400, errors=errors))
    page = filled(visitor)
    send = page.get_by_role("button", name="Send message")
    email = page.locator(".form-place-contact").get_by_label("E-mail address")
    send.click()
    expect(email).to_have_accessible_description("No such domain.")
    email.fill("ana@example.com")
    send.click()
    visitor.until("document.activeElement.type === 'email'")
    expect(send).to_be_enabled()
    assert [body["email"] for body, _key in received] == ["ana@example.org", "ana@example.com"]
    assert received[0][1] != received[1][1]


def test_message_that_is_still_being_taken_in_is_not_called_lost(visitor: Tab) -> None:
    answering(visitor.page, CONTACT, 409, problem(409), **{"Retry-After": "1"})
    page = filled(visitor)
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("alert")).to_contain_text("Your message is on its way.")
    expect(page.get_by_role("button", name="Send message")).to_be_enabled()


def test_too_many_messages_have_to_wait(visitor: Tab) -> None:
    answering(visitor.page, CONTACT, 429, problem(429), **{"Retry-After": "1800"})
    page = filled(visitor)
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("alert")).to_contain_text("You can try again in 30 min.")
    expect(page.get_by_role("button", name="Send message")).to_be_disabled()
    expect(page.locator(".form-place-contact").get_by_label("Name")).to_have_value("Ana Solís")


@pytest.mark.parametrize("status", [404, 503])
def test_form_that_is_not_there_keeps_the_words_and_names_an_address(
    visitor: Tab, status: int
) -> None:
    received = answering(visitor.page, CONTACT, status, problem(status))
    page = filled(visitor)
    send = page.get_by_role("button", name="Send message")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached at the moment")
    links = page.get_by_role("alert").get_by_role("link")
    expect(links.last).to_have_attribute("href", "mailto:hello@yiguirro.example.org")
    expect(links).to_have_count(1 if status == 404 else 2)
    if status == 503:
        plain = f"{visitor.api_url}/forms/contact/?locale=en&next=%2F"
        expect(links.first).to_have_attribute("href", plain)
    expect(page.locator(".form-place-contact").get_by_label("Name")).to_have_value("Ana Solís")
    send.click()
    visitor.until("document.activeElement.getAttribute('role') === 'alert'")
    assert received[0][1] == received[-1][1]


@pytest.mark.parametrize(
    ("link", "heading", "language"),
    [
        ("write to us", "Write to us", "en"),
        ("escribirnos", "Escríbanos", "es"),
        ("subscribe to the newsletter", "Newsletter", "en"),
        ("suscribirse al boletín", "Boletín", "es"),
    ],
)
def test_visitor_without_scripts_finds_a_form_that_needs_none(
    frontend_browser: Browser, demo_site: DemoSite, link: str, heading: str, language: str
) -> None:
    with tab(frontend_browser, demo_site, java_script_enabled=False) as opened:
        page = opened.page
        page.goto(f"{opened.url}/es/")
        page.get_by_role("link", name=link).click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.url.startswith(f"{opened.api_url}/forms/")


def test_page_without_scripts_says_what_is_wrong_to_everybody(visitor: Tab) -> None:
    require_axe()
    page = visitor.page
    page.goto(f"{visitor.api_url}/forms/contact/?locale=es")
    assert visitor.violations() == []
    page.get_by_label("Su nombre").fill("Ana Solís")
    page.get_by_role("button", name="Enviar mensaje").click()
    expect(page.get_by_role("alert")).to_contain_text("Su mensaje no se envió")
    email = page.get_by_label("Su correo electrónico")
    expect(email).to_have_accessible_description("Este campo es obligatorio.")
    expect(page.get_by_label("Su nombre")).to_have_value("Ana Solís")
    assert visitor.violations() == []
    assert visitor.hosts() == {urlsplit(visitor.api_url).netloc}
