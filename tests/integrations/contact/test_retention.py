"""Messages are erased in time, and a person's data on demand."""

import json
import re
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core.mail import send_mail
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from cms.models import User
from integrations.contact.models import ContactMessage, ContactSettings, Note
from integrations.contact.tasks import purge_contact_messages
from integrations.mail.models import Attempt, DeliveryEvent, OutgoingMail
from integrations.mail.progress import AttemptResult, EventKind
from integrations.newsletter.states import State as SubscriberState
from tests.audit_log import own_data
from tests.content.admin.conftest import member
from tests.integrations.contact.conftest import MESSAGE, make_message, post
from tests.integrations.newsletter.conftest import subscriber_in

pytestmark = pytest.mark.django_db

PAGE = "/admin/personal-data/"


def age(message: ContactMessage, days: int) -> None:
    ContactMessage.objects.filter(pk=message.pk).update(
        received_at=F("received_at") - timedelta(days=days)
    )


def test_old_messages_are_erased_and_it_is_said(contact_settings: ContactSettings) -> None:
    old, young = make_message(), make_message()
    age(old, 366)
    age(young, 364)
    purge_contact_messages(timestamp=0)
    assert list(ContactMessage.objects.all()) == [young]
    entry = ModelLogEntry.objects.get(action="contact.purge")
    assert own_data(entry) == {"count": 1, "days": 365}
    purge_contact_messages(timestamp=0)
    assert ModelLogEntry.objects.filter(action="contact.purge").count() == 1


def test_time_is_set_in_the_admin_and_the_command_does_the_same(
    contact_settings: ContactSettings,
) -> None:
    ContactSettings.objects.update(retention_days=10)
    age(make_message(), 11)
    output = StringIO()
    call_command("purge_expired", stdout=output)
    assert "Erased 1 old contact messages." in output.getvalue()
    assert not ContactMessage.objects.exists()


@pytest.fixture
def officer(client: Client, site: object, settings: Any) -> Client:
    settings.EMAIL_BACKEND = "integrations.mail.backend.QueueingEmailBackend"
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


def ask(client: Client, action: str, address: str = " ANA@example.org") -> Any:
    return client.post(PAGE, {"address": address, action: "1"})


def test_everything_of_a_person_is_found_handed_out_and_erased(
    officer: Client, contact_settings: ContactSettings
) -> None:
    post(MESSAGE)
    message = ContactMessage.objects.get()
    Note.objects.create(message=message, text="Ask Luis")
    tell_of(OutgoingMail.objects.get(), answered="550 <Ana@Example.org> is unknown")
    make_message(email="luis@example.org", canonical_email="luis@example.org", name="Xaviera")
    page = unescape(ask(officer, "find").content.decode())
    for words in ("Is there coffee?", "Ask Luis", "is unknown", "no such mailbox"):
        assert words in page
    assert "Xaviera" not in page
    document = json.loads(ask(officer, "export").content)
    (found,) = document["contact_messages"]
    assert (found["message"], found["state"]) == (MESSAGE["message"], "new")
    assert found["notes"][0]["text"] == "Ask Luis"
    (mail,) = document["mails"]
    assert mail["to"] == "team@example.org"
    assert mail["attempts"][0]["answer"] == mail["events"][0]["detail"]
    page = ask(officer, "erase").content.decode()
    assert "2 entries were erased" in page
    assert "Nothing is kept under this address" in page
    assert [message.name for message in ContactMessage.objects.all()] == ["Xaviera"]
    assert not OutgoingMail.objects.exists()
    assert DeliveryEvent.objects.get().detail == ""
    entries = ModelLogEntry.objects.filter(action__startswith="personal_data.")
    assert {entry.action.partition(".")[2] for entry in entries} == {"find", "export", "erase"}
    assert "ana@" not in "".join(f"{entry.label}{entry.data}".lower() for entry in entries)


def tell_of(mail: OutgoingMail, *, answered: str) -> None:
    """An attempt and an event, both in words that quote the address."""
    now = timezone.now()
    Attempt.objects.create(
        mail=mail,
        provider="smtp",
        started_at=now,
        duration_ms=1,
        result=AttemptResult.NO_MAILBOX,
        answer=answered,
    )
    DeliveryEvent.objects.create(
        provider="smtp",
        event_id="1",
        mail=mail,
        kind=EventKind.BOUNCED,
        detail=answered,
        occurred_at=now,
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            {
                "Received",
                "Agreed that it is kept",
                "What the provider told later",
                "Consent ledger",
            },
        ),
        (
            "es",
            {
                "Recibido",
                "Aceptó que se guarde",
                "Lo que informó después el proveedor",
                "Por medio de",
            },
        ),
    ],
)
def test_page_speaks_the_language_of_people(
    officer: Client, contact_settings: ContactSettings, language: str, words: set[str]
) -> None:
    profile = UserProfile.get_for_user(User.objects.get(username="root"))
    profile.preferred_language = language
    profile.save()
    post(MESSAGE)
    tell_of(OutgoingMail.objects.get(), answered="no")
    subscriber_in(SubscriberState.CONFIRMED, "ana@example.org")
    terms = set(re.findall("<dt>(.*?)</dt>", unescape(ask(officer, "find").content.decode())))
    assert words <= terms
    assert not [term for term in terms if "_" in term or term.islower()]


def test_link_for_a_new_password_is_shown_to_nobody(officer: Client) -> None:
    send_mail("Password", "Follow https://cms.example.org/reset/secret", None, ["ana@example.org"])
    for action in ("find", "export"):
        page = ask(officer, action).content.decode()
        assert "Password" in page
        assert "secret" not in page


def test_nobody_else_may_look(site: object) -> None:
    make_message()
    client = Client()
    client.force_login(member("Moderators"))
    assert client.get(PAGE).status_code in (302, 403)
    assert ask(client, "erase").status_code in (302, 403)
    assert ContactMessage.objects.exists()
    assert reverse("personal_data") == PAGE
