"""The newsletter's own pages, for visitors without JavaScript and for mail programs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from integrations.newsletter import links, list_services, services
from integrations.newsletter.models import Confirmation, ConsentEntry, SignupRequest, Subscriber
from integrations.newsletter.retention import purge
from integrations.newsletter.states import State
from tests.integrations.newsletter.conftest import (
    ADDRESS,
    evidence,
    mails,
    post,
    subscribe,
    subscriber_in,
    token_in,
    work,
)

pytestmark = pytest.mark.django_db

PAGE = "/forms/subscribe/"


def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def confirm_page(email: str = ADDRESS) -> str:
    return f"/newsletter/confirm/{token_in(mails(email)[0])}"


def unsubscribe_page(subscriber: Subscriber) -> str:
    return f"/newsletter/unsubscribe/{links.unsubscribe_token(subscriber)}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def assert_keeps_to_itself(answer: Any) -> None:
    page = text(answer)
    assert "<script" not in page
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!localhost)', page)
    assert ADDRESS not in page
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_address_is_taken_and_a_reload_sends_nothing_again() -> None:
    answer = browser().get(f"{PAGE}?locale=es")
    assert_keeps_to_itself(answer)
    assert "Quiero recibir por correo el boletín" in text(answer)
    answer = browser().post(f"{PAGE}?locale=es", {"email": ADDRESS, "name": "Ana"})
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}?locale=es&sent=1")
    assert "Casi listo" in text(browser().get(answer["Location"]))
    request = SignupRequest.objects.get()
    assert (request.name, request.locale, request.route) == ("Ana", "es", "page")
    work()
    assert mails()[0].language == "es"


def test_errors_keep_what_was_written() -> None:
    answer = browser().post(f"{PAGE}?locale=es&next=/x/", {"email": "ana", "name": "Ana <b>"})
    assert answer.status_code == 400
    page = text(answer)
    assert "<title>Error:" in page.replace("\n", "")
    assert 'value="Ana &lt;b&gt;"' in page
    assert 'aria-describedby="id_email_error"' in page
    assert 'action="/forms/subscribe/?locale=es&amp;next=/x/"' in page
    assert not SignupRequest.objects.exists()


def test_visitor_goes_back_to_the_frontend_and_nowhere_else() -> None:
    for target, location in (
        ("/thanks/", f"{PAGE}?next=%2Fthanks%2F&sent=1&locale=en"),
        ("//evil.example/", f"{PAGE}?sent=1&locale=en"),
    ):
        answer = browser().post(f"{PAGE}?next={target}", {"email": ADDRESS})
        assert (answer.status_code, answer["Location"]) == (303, location)
        # First they learn that a mail has to be confirmed.
        page = text(browser().get(answer["Location"]))
        assert "look into your mailbox" in page
        assert ('href="http://localhost:3000/thanks/"' in page) == (target == "/thanks/")
        assert "evil.example" not in page
    page = text(browser().get(f"{PAGE}?sent=1&next=//evil.example/"))
    assert not re.search(r'href="[^"/?]*//evil', page)


def test_honeypot_is_thanked_and_gets_nothing() -> None:
    answer = browser().post(PAGE, {"email": ADDRESS, "website": "x"})
    assert answer.status_code == 303
    work()
    assert not Subscriber.objects.exists()
    assert not mails()
    # Kept for a while, for a person whose browser has filled in the hidden field.
    kept = SignupRequest.objects.get()
    assert (kept.is_trapped, kept.state) == (True, SignupRequest.State.DONE)
    SignupRequest.objects.update(finished_at=F("finished_at") - timedelta(days=31))
    purge()
    assert not SignupRequest.objects.exists()


def test_too_many_attempts_are_told_when_to_come_back() -> None:
    accepted = 0
    while (answer := browser().post(PAGE, {"email": ADDRESS})).status_code == 303:
        accepted += 1
        # The hours are those of a clock: one may end in between, and the count begins anew.
        assert accepted <= 40
    assert accepted >= 20
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert f'value="{ADDRESS}"' in text(answer)


def test_looking_at_the_link_changes_nothing_and_the_button_confirms() -> None:
    subscriber_in(State.PENDING)
    url = confirm_page()
    for method in ("get", "head", "options"):
        getattr(browser(), method)(url)
    answer = browser().get(f"{url}?locale=es")
    assert_keeps_to_itself(answer)
    assert "Confirmar" in text(answer)
    assert '<q lang="en">I want to get' in text(answer)
    assert Subscriber.objects.get().state == State.PENDING
    for _ in range(2):
        answer = browser().post(f"{url}?locale=es")
        assert (answer.status_code, answer["Location"]) == (303, f"{url}?locale=es")
    assert "Se ha suscrito" in text(browser().get(answer["Location"]))
    assert ConsentEntry.objects.get(kind="confirmed").route == "page"


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (State.CONFIRMED, 200, "You are subscribed"),
        (State.UNSUBSCRIBED, 200, "You are not subscribed"),
        (State.COMPLAINED, 200, "You are not subscribed"),
    ],
)
def test_used_link_says_how_things_are(state: State, status: int, words: str) -> None:
    subscriber_in(state)
    answer = browser().get(confirm_page())
    assert (answer.status_code, words in text(answer)) == (status, True)
    browser().post(confirm_page())
    assert Subscriber.objects.get().state == state


def test_pages_say_that_nothing_is_confirmed_yet() -> None:
    subscriber = subscriber_in(State.UNSUBSCRIBED)
    used = confirm_page()
    subscribe()
    assert "newest mail to confirm" in text(browser().get(used))
    page = text(browser().get(unsubscribe_page(subscriber)))
    assert "You have not confirmed yet" in page
    assert "You get the newsletter" not in page


def test_old_and_unknown_links_say_what_to_do() -> None:
    subscriber_in(State.PENDING)
    Confirmation.objects.update(expires_at=F("expires_at") - timedelta(days=7))
    for method in ("get", "post"):
        answer = getattr(browser(), method)(confirm_page())
        assert answer.status_code == 410
        assert f"{PAGE}?locale=en" in text(answer)
        for page in ("confirm", "unsubscribe"):
            answer = getattr(browser(), method)(f"/newsletter/{page}/x")
            assert answer.status_code == 404
            assert "This link is not valid" in text(answer)


def test_leaving_needs_one_click_and_may_be_repeated() -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    url = unsubscribe_page(subscriber)
    assert_keeps_to_itself(browser().get(url))
    assert Subscriber.objects.get().state == State.CONFIRMED
    for _ in range(2):
        assert browser().post(url).status_code == 303
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED
    assert "You are not subscribed" in text(browser().get(url))


def erase(subscriber: Subscriber) -> None:
    list_services.erase(subscribers=[subscriber], user=None)


def purge_years_later(subscriber: Subscriber) -> None:
    services.leave(address=ADDRESS, evidence=evidence())
    years = timedelta(days=3 * 365 + 1)
    Subscriber.objects.filter(pk=subscriber.pk).update(left_at=F("left_at") - years)
    assert purge() == 1


@pytest.mark.parametrize("end", [erase, purge_years_later])
def test_link_of_an_erased_subscription_does_not_speak_for_a_newer_one(end: Any) -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    (old,) = [token_in(mail) for mail in mails(template="welcome")]
    url = unsubscribe_page(subscriber)
    end(subscriber)
    newer = subscriber_in(State.CONFIRMED)
    spanish = text(browser().get(f"{url}?locale=es"))
    assert "siga el enlace del correo más reciente" in spanish
    for answer in (
        browser().get(url),
        browser().post(url),
        browser().post(f"{url}?next=/thanks/"),
        browser().post(url, {"List-Unsubscribe": "One-Click"}),
    ):
        assert answer.status_code == 200
        assert "You get no newsletter" not in text(answer)
        assert "follow the link in the newest mail" in text(answer)
    answer = post("/api/unsubscribe", {"token": old})
    assert (answer.status_code, answer.json()) == (200, {"status": "erased"})
    assert Subscriber.objects.get().state == State.CONFIRMED
    token = token_in(mails(template="welcome")[-1])
    assert post("/api/unsubscribe", {"token": token}).json() == {"status": "unsubscribed"}
    assert Subscriber.objects.get(pk=newer.pk).state == State.UNSUBSCRIBED


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_mail_program_leaves_with_one_post(content_type: str) -> None:
    """RFC 8058: no cookie, no redirect, whatever else is in the address."""
    subscriber_in(State.CONFIRMED)
    header = mails(template="welcome")[0].headers["List-Unsubscribe"]
    url = header.strip("<>").removeprefix("http://localhost:8000")
    if content_type == "multipart/form-data":
        data: Any = {"List-Unsubscribe": "One-Click"}
        send = {}
    else:
        data, send = "List-Unsubscribe=One-Click", {"content_type": content_type}
    for _ in range(2):
        answer = browser().post(f"{url}?next=/thanks/", data, **send)
        assert answer.status_code == 200
        assert not answer.cookies
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED
    assert ConsentEntry.objects.get(kind="withdrawn").route == "one_click"


def test_language_is_changed_instead_of_leaving() -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    url = unsubscribe_page(subscriber)
    answer = browser().post(url, {"language": "es"})
    assert answer["Location"] == f"{url}?changed=1&locale=es"
    page = text(browser().get(answer["Location"]))
    assert "El idioma se cambió." in page
    assert re.search(r'value="es"[^>]* selected', page)
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.locale) == (State.CONFIRMED, "es")
    browser().post(url, {"language": "xx"})
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.locale) == (State.CONFIRMED, "es")


def test_links_lead_to_the_frontend_where_that_has_the_pages(settings: Any) -> None:
    settings.NEWSLETTER_LINKS = "frontend"
    settings.FRONTEND_URL = "https://www.example.org/lab"
    subscriber = subscriber_in(State.CONFIRMED)
    asked, welcome = mails()
    start = "https://www.example.org/lab/newsletter"
    assert f"{start}/confirm?token=" in asked.text_body
    token = links.unsubscribe_token(subscriber)
    assert f"{start}/unsubscribe?token={token}&locale=en" in welcome.text_body
    page = f"<http://localhost:8000/newsletter/unsubscribe/{token}>"
    assert welcome.headers["List-Unsubscribe"] == page
