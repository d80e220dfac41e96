"""The newsletter's routes as any client may call them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.mail.models import OutgoingMail
from integrations.mail.progress import EventKind
from integrations.mail.services import suppress_address
from integrations.newsletter import links
from integrations.newsletter.models import Confirmation, ConsentEntry, SignupRequest, Subscriber
from integrations.newsletter.states import State
from integrations.newsletter.wording import VERSION, consent_text
from tests.integrations.newsletter.conftest import (
    ADDRESS,
    mails,
    post,
    subscriber_in,
    token_in,
    work,
)
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

SUBSCRIBE, CONFIRM, UNSUBSCRIBE = "/api/subscribe", "/api/subscribe/confirm", "/api/unsubscribe"
FRONTEND = "http://localhost:3000"


def test_answer_and_work_are_the_same_whatever_is_known_of_the_address() -> None:
    """A row and a job, and nothing that reads a subscriber: so the time is the same as well."""
    for state in State:
        subscriber_in(state, f"{state}@example.org")
    suppress_address(address="suppressed@example.org", reason=EventKind.COMPLAINED)
    names = ("warm-up", "new", "suppressed", *State.values, "trapped")
    seen = []
    for name in names:
        body = {"email": f"{name}@example.org", "locale": "en", "source": "footer"}
        body |= {"website": "x"} if name == "trapped" else {}
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = post(SUBSCRIBE, body, Origin=FRONTEND)
        headers = {k: v for k, v in answer.headers.items() if k not in ("Date", "X-Request-ID")}
        statements = [re.sub(r"'[^']*'|\d+|true|false", "?", each["sql"]) for each in queries]
        seen.append((answer.status_code, answer.content, headers, statements))
    assert seen[1][:2] == (202, b'{"status":"accepted"}')
    assert all(each == seen[1] for each in seen[2:])
    assert 'newsletter_subscriber"' not in "".join(seen[1][3])
    work()
    # What looks like a program's is kept for a while.
    assert SignupRequest.objects.get().email == "trapped@example.org"
    told = {mail.recipient: mail.template for mail in OutgoingMail.objects.order_by("pk")}
    assert told["new@example.org"] == told["pending@example.org"] == "newsletter_confirm"
    assert told["unsubscribed@example.org"] == "newsletter_confirm"
    assert told["confirmed@example.org"] == "newsletter_subscribed_already"
    assert told["bounced@example.org"] == told["complained@example.org"] == "newsletter_welcome"
    assert not {"suppressed@example.org", "trapped@example.org"} & set(told)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "/email"),
        ({"email": "ana"}, "/email"),
        ({"email": "a@example.org, b@example.org"}, "/email"),
        ({"email": "a" * 10_000 + "@example.org"}, "/email"),
        ({"email": ADDRESS, "name": "Ana\r\nBcc: x@example.org"}, "/name"),
        ({"email": ADDRESS, "name": "x" * 201}, "/name"),
        ({"email": ADDRESS, "source": "a\u202e"}, "/source"),
        ({"email": ADDRESS, "source": "x" * 101}, "/source"),
        ({"email": ADDRESS, "locale": "fr"}, "/locale"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_and_nothing_is_kept(body: dict[str, Any], wrong: str) -> None:
    answer = post(SUBSCRIBE, body)
    assert_problem(answer, 400)
    assert [error["pointer"] for error in answer.json()["errors"]] == [wrong]
    assert not SignupRequest.objects.exists()


def test_state_of_a_subscriber_cannot_be_sent_along() -> None:
    body = {"email": ADDRESS, "state": "confirmed", "confirmed_at": "2026-01-01T00:00:00Z"}
    assert post(SUBSCRIBE, body).status_code == 202
    work()
    assert Subscriber.objects.get().state == State.PENDING


def test_client_has_twenty_attempts_in_an_hour() -> None:
    client = Client(REMOTE_ADDR="198.51.100.7")
    accepted = 0
    while (answer := post(SUBSCRIBE, {"email": "a@example.org"}, client=client)).status_code == 202:
        accepted += 1
        # The hours are those of a clock: one may end in between, and the count begins anew.
        assert accepted <= 40
    assert accepted >= 20
    assert_problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 3600


def test_confirming_may_be_repeated_and_never_revives() -> None:
    post(SUBSCRIBE, {"email": ADDRESS, "name": "Ana", "locale": "es", "source": "footer"})
    work()
    (mail,) = mails()
    assert mail.language == "es"
    token = token_in(mail)
    for _ in range(2):
        answer = post(CONFIRM, {"token": token})
        assert (answer.status_code, answer.json()) == (200, {"status": "confirmed"})
    assert ConsentEntry.objects.filter(kind="confirmed").count() == 1
    assert ConsentEntry.objects.get(kind="asked").source == "footer"
    leave = {"token": links.unsubscribe_token(Subscriber.objects.get())}
    for _ in range(2):
        answer = post(UNSUBSCRIBE, leave)
        assert (answer.status_code, answer.json()) == (200, {"status": "unsubscribed"})
    answer = post(CONFIRM, {"token": token})
    assert (answer.status_code, answer.json()) == (200, {"status": "unsubscribed"})
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED
    assert answer["Cache-Control"] == "no-store"


def test_tokens_that_are_wrong_or_old() -> None:
    subscriber = subscriber_in(State.PENDING)
    token = token_in(mails()[0])
    other = links.unsubscribe_token(subscriber)
    bad = ["", "x", f"{token}x", "é" * 43, "\U0001f600", "x" * 201, None, 7, {}]
    for path, foreign in ((CONFIRM, other), (UNSUBSCRIBE, token)):
        for each in (*bad, foreign):
            answer = post(path, {"token": each})
            assert_problem(answer, 400)
            assert [error["pointer"] for error in answer.json()["errors"]] == ["/token"]
        assert_problem(post(path, {}), 400)
    Confirmation.objects.update(expires_at=F("expires_at") - timedelta(days=7))
    answer = post(CONFIRM, {"token": token, "locale": "es"})
    assert_problem(answer, 410)
    assert "Suscríbase de nuevo" in answer.json()["detail"]
    assert Subscriber.objects.get().state == State.PENDING


def test_routes_answer_get_with_the_methods_they_have() -> None:
    for path in (CONFIRM, UNSUBSCRIBE):
        answer = Client().get(path)
        assert_problem(answer, 405)
        assert "POST" in answer["Allow"]


def test_sentence_that_people_agree_to_can_be_shown_by_every_website() -> None:
    answer = Client().get("/api/subscribe", {"locale": "es"})
    assert answer.status_code == 200
    assert answer.json() == {
        "wording": consent_text("es"),
        "version": VERSION,
        "locale": "es",
    }
    for query in ({"locale": "xx"}, {"foo": "1"}, {"locale": ["en", "es"]}):
        answer = Client().get("/api/subscribe", query)
        assert_problem(answer, 400, parameters=set(query))
