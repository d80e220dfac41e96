"""Subscribers, their links, and what the worker does with what visitors send."""

import re
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Site

from cms.models import AcceptedRequest, User
from integrations.mail.models import OutgoingMail
from integrations.newsletter import services
from integrations.newsletter.ledger import Evidence
from integrations.newsletter.models import SignupRequest, Subscriber
from integrations.newsletter.states import Route, State
from integrations.newsletter.tasks import process_request
from tests.content.admin.conftest import member
from tests.integrations.mail.providers import Provider
from tests.integrations.newsletter.lists import (
    MailgunMembers,
    SendGridContacts,
    choose_list,
    mailgun_list,
    sendgrid_list,
)

ADDRESS = "ana@example.org"
AS_WORKER: Any = SimpleNamespace(job=SimpleNamespace(id=None))
"""What a task is told of the job that it runs in."""


@pytest.fixture(autouse=True)
def _queueing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "integrations.mail.backend.QueueingEmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Example Lab <cms@example.org>"


@pytest.fixture
def mailgun(settings: Any) -> Iterator[tuple[Provider, MailgunMembers]]:
    with mailgun_list() as (provider, members):
        choose_list(settings, provider, "mailgun")
        yield provider, members


@pytest.fixture
def sendgrid(settings: Any) -> Iterator[tuple[Provider, SendGridContacts]]:
    with sendgrid_list() as (provider, contacts):
        choose_list(settings, provider, "sendgrid")
        yield provider, contacts


def evidence(route: Route = Route.API, **values: Any) -> Evidence:
    return Evidence(route=route, **values)


def subscribe(email: str = ADDRESS, **values: Any) -> Subscriber | None:
    return services.subscribe(email=email, **{"locale": "en", "evidence": evidence(), **values})


def subscriber_in(state: State, email: str = ADDRESS) -> Subscriber:
    """Somebody who has come to ``state`` as people do; the limits of mails know nothing of it."""
    subscriber = subscribe(email)
    assert subscriber is not None
    if state != State.PENDING:
        services.confirm(token=token_in(mails(email)[-1]), route=Route.API)
    if state == State.UNSUBSCRIBED:
        services.leave(address=email, evidence=evidence())
    elif state == State.BOUNCED:
        services.mark_bounced(address=email, evidence=evidence(Route.PROVIDER))
    elif state == State.COMPLAINED:
        services.mark_complained(address=email, evidence=evidence(Route.PROVIDER))
    forget_limits()
    subscriber.refresh_from_db()
    assert subscriber.state == state
    return subscriber


def forget_limits() -> None:
    AcceptedRequest.objects.all().delete()


def mails(email: str = ADDRESS, template: str = "") -> list[OutgoingMail]:
    """To an address, the oldest first."""
    found = OutgoingMail.objects.filter(recipient=email).order_by("pk")
    return [mail for mail in found if template in mail.template]


def link_in(text: str) -> str:
    """The address in the text of a mail that leads to a page of the newsletter."""
    match = re.search(r"http\S+/newsletter/\S+", text)
    assert match, text
    return match[0]


def token_in(mail: OutgoingMail) -> str:
    """Of either kind of link: ``/confirm/TOKEN?…`` or ``/confirm?token=TOKEN&…``."""
    match = re.search(r"/newsletter/\w+(?:/|\?token=)([^?&]+)", link_in(mail.text_body))
    assert match
    return match[1]


def post(path: str, body: Any, *, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).post(path, body, content_type="application/json", headers=headers)


def work() -> None:
    """What the worker does with everything that visitors have sent."""
    process_all(SignupRequest.objects.filter(state="waiting"))


def process_all(requests: Iterable[SignupRequest]) -> None:
    for request in requests:
        process_request(AS_WORKER, row_id=str(request.pk))


@pytest.fixture
def keeper(site: Site) -> User:
    """Somebody who looks after the newsletter."""
    return member("Newsletter")


@pytest.fixture
def browser(client: Client, keeper: User) -> Client:
    client.force_login(keeper)
    return client
