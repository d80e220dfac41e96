"""The contact form as a plain page."""

import re
import time
from typing import Any

import pytest
from django.core.signing import TimestampSigner
from django.test import Client

from cms.http.plain_page import frontend_target
from integrations.contact.form import FASTEST_SECONDS
from integrations.contact.models import ContactMessage

pytestmark = pytest.mark.django_db

PAGE = "/forms/contact/"
FIELDS = {"name": "Ana", "email": "ana@example.org", "message": "One\r\ntwo"}


def old_token(seconds: float = FASTEST_SECONDS + 1, nonce: str = "n") -> str:
    """A token of a form that was opened some seconds ago."""

    class Earlier(TimestampSigner):
        def timestamp(self) -> str:
            now = time.time
            time.time = lambda: now() - seconds
            try:
                return str(super().timestamp())
            finally:
                time.time = now

    return Earlier(salt="integrations.contact.form").sign(nonce)


def send(query: str = "", *, client: Client | None = None, **changes: str) -> Any:
    data = {**FIELDS, "token": old_token(), **changes}
    return (client or Client(enforce_csrf_checks=True)).post(f"{PAGE}{query}", data)


def test_page_needs_no_cookie_no_script_and_nobody_else() -> None:
    answer = Client().get(PAGE)
    page = answer.content.decode()
    assert "<script" not in page
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!localhost)', page)
    assert not answer.cookies
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://localhost:3000" in policy
    assert answer["Cache-Control"] == "no-store"
    assert "Accept-Language" in answer["Vary"]


def test_message_is_stored_and_a_reload_sends_nothing_again() -> None:
    answer = send("?locale=en")
    assert answer.status_code == 303
    assert answer["Location"] == f"{PAGE}?locale=en&sent=1"
    assert "Thank you" in Client().get(answer["Location"]).content.decode()
    message = ContactMessage.objects.get()
    assert (message.message, message.source, message.state) == ("One\ntwo", "page", "new")


def test_second_click_is_the_same_message_and_another_text_another() -> None:
    token = old_token()
    for _ in range(4):
        assert send(token=token).status_code == 303
    assert send(token=token, message="Something else").status_code == 303
    assert ContactMessage.objects.count() == 2


def test_errors_keep_what_was_written_and_are_tied_to_their_fields() -> None:
    token = old_token()
    answer = send("?locale=es&next=/thanks/", name="Ana <b>", email="ana", token=token)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert '<html lang="es">' in page
    assert "<title>Error:" in page.replace("\n", "")
    assert 'value="Ana &lt;b&gt;"' in page
    assert "One\r\ntwo" in page
    assert f'value="{token}"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email_error"' in page
    assert 'id="id_email_error"' in page
    assert 'href="#id_email"' in page
    assert 'action="/forms/contact/?locale=es&amp;next=/thanks/"' in page
    assert not ContactMessage.objects.exists()


def test_language_is_the_browsers_unless_the_address_says_one() -> None:
    spanish = Client().get(PAGE, headers={"Accept-Language": "es-CR,es;q=0.9"}).content.decode()
    assert '<html lang="es">' in spanish
    assert "Escríbanos" in spanish
    english = Client().get(f"{PAGE}?locale=en", headers={"Accept-Language": "es"})
    assert '<html lang="en">' in english.content.decode()
    assert '<html lang="en">' in Client().get(f"{PAGE}?locale=xx").content.decode()


def test_too_many_messages_are_told_when_to_come_back() -> None:
    for number in range(3):
        assert send(message=f"Message {number}").status_code == 303
    answer = send(message="One more")
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600
    page = answer.content.decode()
    assert "60 minutes" in page
    assert "One more" in page


@pytest.mark.parametrize(
    ("changes", "suspicion"),
    [
        ({"website": "x"}, "honeypot"),
        ({"token": ""}, "no_form"),
        ({"token": "made:up:token"}, "no_form"),
        ({"token": "quick"}, "too_fast"),
    ],
    ids=["honeypot", "no token", "forged token", "too fast"],
)
def test_suspicious_message_is_held_for_review(changes: dict[str, str], suspicion: str) -> None:
    if changes.get("token") == "quick":
        changes = {"token": old_token(seconds=0)}
    assert send(**changes).status_code == 303
    message = ContactMessage.objects.get()
    assert (message.state, message.suspicion) == ("spam", suspicion)


def test_form_that_was_open_for_days_is_not_suspicious() -> None:
    send(token=old_token(seconds=3 * 86_400))
    assert ContactMessage.objects.get().state == "new"


def test_visitor_goes_back_to_the_frontend() -> None:
    answer = send("?next=/thanks/%3Fa=1")
    assert answer["Location"] == "/forms/contact/?next=%2Fthanks%2F%3Fa%3D1&sent=1&locale=en"
    page = Client().get(answer["Location"]).content.decode()
    assert "your message has arrived" in page
    assert 'href="http://localhost:3000/thanks/?a=1"' in page


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "https:evil.example",
        "\\/\\/evil.example",
        "/\\evil.example",
        "http://localhost:3000.evil.example/",
        "http://localhost:3000@evil.example/",
        "http://localhost:8000/admin/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/thanks/\r\nSet-Cookie: a=b",
        "/a/../../x",
        "",
    ],
)
def test_visitor_goes_nowhere_else(target: str) -> None:
    assert frontend_target(target) is None


def test_large_body_is_refused() -> None:
    assert send(message="x" * 70_000).status_code == 413
