"""A visitor who writes, and people who read it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from wagtail.models import Site

from cms.models import User
from integrations.contact.models import ContactMessage, ContactSettings
from tests.content.admin.conftest import member

MESSAGE = {
    "name": "Ana Solís",
    "email": "Ana@Example.org",
    "message": "Is there coffee?\nHow much?",
}


def post(body: Any, *, client: Client | None = None, **headers: str) -> Any:
    """The answer to a message sent as JSON."""
    return (client or Client()).post(
        "/api/contact", body, content_type="application/json", headers=headers
    )


def make_message(**values: Any) -> ContactMessage:
    defaults = {
        "name": "Ana Solís",
        "email": "ana@example.org",
        "canonical_email": "ana@example.org",
        "subject": "Coffee",
        "message": "Is there coffee?",
        "locale": "en",
        "source": "api",
    }
    message = ContactMessage.objects.create(**{**defaults, **values})
    message.refresh_from_db()
    return message


@pytest.fixture
def contact_settings(db: None) -> ContactSettings:
    """One person is told of new messages."""
    settings: ContactSettings = ContactSettings.load()
    settings.recipients = "team@example.org"
    settings.save()
    return settings


@pytest.fixture
def responder(site: Site) -> User:
    """Somebody who may deal with messages and erase them."""
    user = member("Editors")
    wanted = ("view_contactmessage", "change_contactmessage", "delete_contactmessage")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return user


@pytest.fixture
def browser(client: Client, responder: User) -> Client:
    client.force_login(responder)
    return client
