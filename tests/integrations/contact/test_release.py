"""A message that was held as spam and is from a person: the staff hears of it like of any other."""

from typing import Any

import pytest
from django.test import Client

from cms.models import User
from integrations.contact.models import ContactMessage, ContactSettings
from integrations.mail.models import OutgoingMail
from tests.admin_clients import api_client_of
from tests.integrations.contact.conftest import MESSAGE, make_message, post
from tests.integrations.contact.test_inbox import bulk, detail, text

pytestmark = pytest.mark.django_db


def by_api(browser: Client, message: ContactMessage, state: str) -> None:
    path = f"/api/admin/contact-messages/{message.pk}/"
    client = api_client_of(User.objects.get(username="editors"))
    answer = client.patch(path, {"state": state}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, state)


def by_form(browser: Client, message: ContactMessage, state: str) -> None:
    assert browser.get(detail(message)).status_code == 200
    fields = {"state": state, "initial-state": ContactMessage.objects.get().state}
    page = text(browser.post(detail(message), fields, follow=True))
    assert "Saved." in page


def by_bulk(browser: Client, message: ContactMessage, state: str) -> None:
    assert bulk(browser, "state", [message], state=state).status_code == 302


@pytest.mark.parametrize("release", [by_api, by_form, by_bulk])
def test_staff_is_told_once_of_what_is_released_from_spam(
    browser: Client, contact_settings: ContactSettings, release: Any
) -> None:
    assert post({**MESSAGE, "website": "x"}).status_code == 201
    message = ContactMessage.objects.get()
    assert browser.get(detail(message)).status_code == 200
    release(browser, message, "archived")
    release(browser, message, "spam")
    assert not OutgoingMail.objects.exists()
    release(browser, message, "new")
    mail = OutgoingMail.objects.get()
    assert mail.recipient == "team@example.org"
    assert "Is there coffee?" in mail.text_body
    message.refresh_from_db()
    assert message.is_unread
    for state in ("spam", "in_progress"):
        release(browser, message, state)
    assert OutgoingMail.objects.count() == 1


def test_what_somebody_has_in_hand_is_not_unread_when_released(
    browser: Client, responder: User, contact_settings: ContactSettings
) -> None:
    held = make_message(state="spam", suspicion="sender", assignee=responder)
    assert browser.get(detail(held)).status_code == 200
    by_bulk(browser, held, "new")
    held.refresh_from_db()
    assert not held.is_unread
    # Who was told when it came is not told again.
    assert post(MESSAGE).status_code == 201
    assert OutgoingMail.objects.count() == 2
    told = ContactMessage.objects.exclude(pk=held.pk).get()
    for state in ("spam", "new"):
        by_bulk(browser, told, state)
    assert OutgoingMail.objects.count() == 2
