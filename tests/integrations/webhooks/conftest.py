"""Endpoints, and what was recorded for them."""

import socket
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from wagtail.models import Site

from cms.models import User
from integrations.webhooks import signing
from integrations.webhooks.models import Endpoint, Message
from tests.content.admin.steps import Admin
from tests.integrations.webhooks.receiver import Receiver

MakeEndpoint = Callable[..., Endpoint]


@pytest.fixture
def make_endpoint(db: None) -> MakeEndpoint:
    """Adds an endpoint that nothing is sent to, because no worker runs."""

    def make(url: str = "https://www.example.org/hook", **values: object) -> Endpoint:
        encrypted = signing.encrypt(signing.new_secret())
        return Endpoint.objects.create(url=url, encrypted_secret=encrypted, **values)

    return make


@pytest.fixture
def endpoint(make_endpoint: MakeEndpoint) -> Endpoint:
    return make_endpoint()


@pytest.fixture
def administrator(site: Site) -> User:
    return User.objects.create_superuser("root", "root@example.org", "x")


@pytest.fixture
def admin(client: Client, administrator: User) -> Admin:
    return Admin(client, administrator)


@pytest.fixture
def receiver(settings: object) -> Iterator[Receiver]:
    """A server on this machine that answers as it is told, with webhooks allowed to reach it."""
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = True  # type: ignore[attr-defined]
    with Receiver() as running:
        yield running


@pytest.fixture
def no_host_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's resolver says, and however long it takes without a network."""

    def getaddrinfo(*_args: object, **_options: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def recorded() -> list[Message]:
    return list(Message.objects.order_by("pk"))


def only_message() -> Message:
    (message,) = recorded()
    return message
