"""The whole way of a subscription, over HTTP, through the mails that a provider received."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cms.models import AcceptedRequest
from cms.ops.outbox import OutboxRow
from integrations.mail.models import OutgoingMail, Suppression
from integrations.newsletter.list_services import erase, import_subscriber
from integrations.newsletter.models import ConsentEntry, ErasedAddress, SignupRequest, Subscriber
from integrations.newsletter.states import ImportResult, State
from tests.integrations.mail.conftest import (
    Post,
    attempt,
    sendgrid_events,
    sendgrid_server,
    told,
)
from tests.integrations.mail.providers import Provider, json_of
from tests.integrations.newsletter.conftest import ADDRESS, post, process_all, work

__all__ = ["sendgrid_events", "sendgrid_server"]

pytestmark = pytest.mark.usefixtures("committed_database")

PARALLEL = 24


@pytest.fixture(autouse=True)
def _nothing_left(committed_database: str) -> Iterator[None]:
    yield
    erase(subscribers=Subscriber.objects.all(), user=None)
    for model in (AcceptedRequest, ErasedAddress, SignupRequest, OutgoingMail):
        model._default_manager.all().delete()


def deliver(provider: Provider) -> dict[str, Any]:
    """What the provider was given for the one mail that waits."""
    attempt(OutgoingMail.objects.get(state=OutboxRow.State.WAITING))
    message: dict[str, Any] = json_of(provider.accepted[-1])
    return message


def link_in(message: dict[str, Any]) -> str:
    """The path that the mail leads to, in its text as in its HTML."""
    links = set()
    for part in message["content"]:
        found = re.findall(r"http://localhost:8000(/newsletter/[^\s\"<]+)", part["value"])
        links |= {each.replace("&amp;", "&") for each in found}
    (link,) = links
    return str(link)


def state() -> str:
    return Subscriber.objects.get().state


def test_from_the_form_through_both_mails_to_the_end(sendgrid_server: Provider) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = post("/api/subscribe", {"email": "Ana@Example.org", "name": "Ana", "locale": "es"})
    assert answer.status_code == 202
    work()
    asked = deliver(sendgrid_server)
    assert asked["personalizations"][0]["to"] == [{"email": "Ana@example.org"}]
    assert asked["subject"].startswith("Confirme")
    assert "Ana<" not in str(asked["content"])
    link = link_in(asked)
    page = browser.get(link)
    assert 'lang="es"' in page.content.decode()
    assert state() == State.PENDING
    assert browser.post(link).status_code == 303
    assert state() == State.CONFIRMED
    welcome = deliver(sendgrid_server)
    headers = welcome["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert link_in(welcome).startswith(one_click)
    for _ in range(2):
        gone = browser.post(one_click, {"List-Unsubscribe": "One-Click"})
        assert (gone.status_code, gone.cookies) == (200, {})
        assert state() == State.UNSUBSCRIBED
    browser.post(link)
    assert state() == State.UNSUBSCRIBED
    kinds = ConsentEntry.objects.order_by("pk").values_list("kind", "route")
    assert list(kinds) == [("asked", "api"), ("confirmed", "page"), ("withdrawn", "one_click")]
    assert sendgrid_server.refused == []
    assert not OutgoingMail.objects.filter(state=OutboxRow.State.WAITING).exists()


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        ({"event": "unsubscribe"}, State.UNSUBSCRIBED),
        ({"event": "bounce", "type": "bounce", "status": "5.1.1"}, State.BOUNCED),
        ({"event": "spamreport"}, State.COMPLAINED),
        ({"event": "deferred"}, State.CONFIRMED),
    ],
    ids=["unsubscribe", "bounce", "spam", "deferred"],
)
def test_what_the_provider_tells_of_the_welcome_ends_the_subscription(
    sendgrid_server: Provider, sendgrid_events: Post, event: dict[str, str], ends: State
) -> None:
    post("/api/subscribe", {"email": ADDRESS})
    work()
    Client().post(link_in(deliver(sendgrid_server)))
    deliver(sendgrid_server)
    mail = OutgoingMail.objects.get(template="newsletter_welcome")
    for _ in range(2):
        assert sendgrid_events([told(mail, **event)]).status_code == 200
    assert state() == ends
    Suppression.objects.all().delete()


def in_parallel(act: Any) -> list[Any]:
    barrier = threading.Barrier(PARALLEL)

    def run(number: int) -> Any:
        barrier.wait(timeout=60)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as threads:
        return list(threads.map(run, range(PARALLEL)))


def test_many_at_once_are_one_subscription_one_mail_and_one_confirmation() -> None:
    """From as many clients, in as many ways to write the address, on as many workers."""

    def ask(number: int) -> Any:
        name = "".join(c.upper() if number >> i & 1 else c for i, c in enumerate("ana"))
        body = {"email": f"{name}@example.org"}
        return post("/api/subscribe", body, client=Client(REMOTE_ADDR=f"198.51.100.{number}"))

    answers = in_parallel(ask)
    assert {(each.status_code, each.content) for each in answers} == {
        (202, b'{"status":"accepted"}')
    }
    requests = list(SignupRequest.objects.all())
    assert len(requests) == PARALLEL
    in_parallel(lambda number: process_all([requests[number]]))
    assert not SignupRequest.objects.exists()
    subscriber, mail = Subscriber.objects.get(), OutgoingMail.objects.get()
    assert subscriber.canonical_email == ADDRESS
    token = re.search(r"/confirm/([^?\s]+)", mail.text_body)
    assert token
    answers = in_parallel(lambda _: post("/api/subscribe/confirm", {"token": token[1]}))
    assert {each.status_code for each in answers} == {200}
    assert OutgoingMail.objects.count() == 2
    assert ConsentEntry.objects.filter(kind="confirmed").count() == 1


def test_import_meets_others_of_the_same_address() -> None:
    def act(number: int) -> ImportResult:
        return import_subscriber(
            email=ADDRESS,
            consent_source="Paper list",
            locale="en",
            asks_to_confirm=bool(number % 2),
        )

    results = set(in_parallel(act))
    assert results <= {*ImportResult} - {ImportResult.LEFT, ImportResult.SUPPRESSED}
    assert Subscriber.objects.get().state == State.CONFIRMED
    assert ConsentEntry.objects.filter(kind="imported").count() == 1
