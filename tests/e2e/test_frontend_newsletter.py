"""The newsletter in the reference frontend: the form, and the pages that its mails lead to."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.frontend import Tab, problem, require_axe
from tests.e2e.test_frontend_forms import answering

CONFIRM = "**/api/subscribe/confirm"


def test_address_reaches_the_cms_and_is_told_what_to_do_next(visitor: Tab) -> None:
    page = visitor.open("/es/")
    page.get_by_role("heading", name="Una carta al mes").scroll_into_view_if_needed()
    email = page.locator(".form-place-newsletter").get_by_label("Correo electrónico")
    form = page.locator(".form-place-newsletter")
    expect(form).to_contain_text("Al suscribirse usted acepta: Quiero recibir por correo")
    email.fill("ana@localhost")
    with page.expect_response("**/api/subscribe") as refused:
        page.get_by_role("button", name="Suscribirse").click()
    assert refused.value.status == 400
    expect(email).to_have_accessible_description("Escriba un correo electrónico válido.")
    email.fill("ana@example.org")
    visitor.errors.clear()
    page.get_by_role("button", name="Suscribirse").click()
    expect(page.get_by_role("heading", name="Casi listo: revise su correo")).to_be_focused()
    assert visitor.errors == []


def test_link_of_a_mail_acts_on_a_click_alone(visitor: Tab) -> None:
    require_axe()
    received = answering(visitor.page, CONFIRM, 200, {"status": "confirmed"})
    page = visitor.open("/newsletter/confirm?token=a-token&locale=es")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirme su suscripción")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
    expect(page.locator("main q")).to_contain_text("Quiero recibir por correo el boletín")
    assert visitor.violations() == []
    assert received == []
    page.get_by_role("button", name="Confirmar").click()
    expect(page.get_by_role("heading", name="Se ha suscrito")).to_be_focused()
    assert [body for body, _key in received] == [{"token": "a-token", "locale": "es"}]
    assert visitor.errors == []
    answering(visitor.page, CONFIRM, 410, problem(410))
    page = visitor.open("/newsletter/confirm?token=a-token")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="This link is too old")).to_be_focused()
    # The real API, which does not know the token.
    page = visitor.open("/newsletter/unsubscribe?token=a-token&locale=en")
    link = page.get_by_role("link", name="Or get it in another language")
    plain = f"{visitor.api_url}/newsletter/unsubscribe/a-token?locale=en"
    expect(link).to_have_attribute("href", plain)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="This link is not valid")).to_be_focused()


def test_pages_without_scripts_can_be_used_by_everybody(visitor: Tab) -> None:
    require_axe()
    page = visitor.page
    page.goto(f"{visitor.api_url}/forms/subscribe/?locale=es")
    assert visitor.violations() == []
    page.get_by_role("button", name="Suscribirse").click()
    expect(page.get_by_role("alert")).to_contain_text("Su dirección no se envió")
    email = page.get_by_label("Su correo electrónico")
    expect(email).to_have_accessible_description("Este campo es obligatorio.")
    assert visitor.violations() == []
    email.fill("ana@example.org")
    page.get_by_role("button", name="Suscribirse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Casi listo: revise su correo")
    page.goto(f"{visitor.api_url}/newsletter/unsubscribe/x?locale=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link is not valid")
    assert visitor.violations() == []
    assert visitor.hosts() == {urlsplit(visitor.api_url).netloc}
