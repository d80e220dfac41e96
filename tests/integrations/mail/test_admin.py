"""What people see of mail in the admin, and who may."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry, Site
from wagtail.users.models import UserProfile

from cms.models import User
from integrations.mail import channel
from integrations.mail.models import Attempt, OutgoingMail
from integrations.mail.progress import MailStatus
from tests.integrations.mail.conftest import attempt, queue
from tests.integrations.mail.providers import Provider
from tests.integrations.webhooks.receiver import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client, site: Site) -> Client:
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


@pytest.fixture
def failed(sendgrid_server: Provider) -> OutgoingMail:
    sendgrid_server.fail(answer(400, b'{"errors": ["<script>alert(1)</script>"]}'))
    return attempt(queue(template="test"))


def text(response: Any) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


def shown(browser: Client, mail: OutgoingMail) -> str:
    return text(browser.get(reverse("mails:inspect", args=[mail.pk])))


def act(browser: Client, mail: OutgoingMail, action: str) -> str:
    response = browser.post(reverse("mails:act", args=[mail.pk, action]), follow=True)
    return text(response)


def test_mail_shows_its_attempts_and_is_harmless(browser: Client, failed: OutgoingMail) -> None:
    response = browser.get(reverse("mails:inspect", args=[failed.pk]))
    page = response.content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "rejected for good (400)" in page
    assert "ana@example.org" in page
    assert "how are you?" in page
    entry = ModelLogEntry.objects.get(action="mail.view")
    assert "ana@" not in entry.label


def test_mail_is_sent_again_as_the_same_and_can_be_withdrawn(
    browser: Client, failed: OutgoingMail, sendgrid_server: Provider
) -> None:
    assert "It is sent again" in act(browser, failed, "send-again")
    sent = attempt(failed)
    assert sent.status == MailStatus.SENT
    assert sent.message_id == failed.message_id
    assert Attempt.objects.count() == 2
    assert "It has left already" in act(browser, failed, "cancel")
    waiting = queue("luis@example.org")
    assert "Withdrawn" in act(browser, waiting, "cancel")
    assert OutgoingMail.objects.get(pk=waiting.pk).status == MailStatus.CANCELLED
    actions = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert {"mail.send_again", "mail.cancel"} <= actions


def test_link_for_a_new_password_is_for_its_recipient_only(browser: Client) -> None:
    browser.post("/admin/password_reset/", {"email": "root@example.org"})
    page = shown(browser, OutgoingMail.objects.get())
    assert "Not shown" in page
    assert "/password_reset/confirm/" not in page


def test_list_is_filtered_and_searched(browser: Client, failed: OutgoingMail) -> None:
    queue("luis@example.org")
    url = reverse("mails:index")
    everything = text(browser.get(url))
    assert "ana@example.org" in everything
    assert "luis@example.org" in everything
    only_failed = text(browser.get(url, {"current_status": "failed"}))
    assert "ana@example.org" in only_failed
    assert "luis@example.org" not in only_failed
    found = text(browser.get(url, {"q": "LUIS@"}))
    assert "luis@example.org" in found
    assert "ana@example.org" not in found


def test_list_asks_the_database_no_more_for_more_rows(browser: Client) -> None:
    text(browser.get(reverse("mails:index")))
    counts = []
    for _round in range(2):
        queue()
        with CaptureQueriesContext(connection) as queries:
            text(browser.get(reverse("mails:index")))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_closed_way_is_told_and_can_be_tried(browser: Client, sendgrid_server: Provider) -> None:
    assert "mail-trouble" not in text(browser.get("/admin/"))
    sendgrid_server.fail(answer(401, b"{}"))
    attempt(queue())
    assert "refuses this account" in text(browser.get(reverse("mails:index")))
    dashboard = text(browser.get("/admin/"))
    assert "mail-trouble" in dashboard
    assert "1 mail waits" in dashboard
    assert channel.condition() == "refused by the provider"
    assert not channel.is_probe_due()
    browser.post(reverse("mails:act_on_way", args=["try-now"]))
    assert channel.is_probe_due()


def test_failed_mail_is_on_the_first_page(browser: Client, failed: OutgoingMail) -> None:
    assert "1 mail failed for good" in text(browser.get("/admin/"))


def test_test_mail_goes_to_who_asks(browser: Client) -> None:
    browser.post(reverse("mails:act_on_way", args=["test"]))
    mail = OutgoingMail.objects.get()
    assert (mail.template, mail.recipient) == ("test", "root@example.org")
    assert "root has asked for this mail" in mail.text_body


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Test mail of"), ("es", "Correo de prueba de")]
)
def test_every_kind_of_mail_can_be_looked_at(browser: Client, language: str, subject: str) -> None:
    assert f"/test/{language}/" in text(browser.get(reverse("mail_samples:index")))
    assert subject in text(browser.get(reverse("mail_samples:look", args=["test", language])))
    frame = browser.get(reverse("mail_samples:html", args=["test", language]))
    assert "sandbox" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert f'<html lang="{language}" dir="ltr">' in text(frame)
    missing = browser.get(reverse("mail_samples:look", args=["nothing", language]))
    assert missing.status_code == 404


URLS = ["mails:index", "mail_samples:index"]


@pytest.mark.parametrize("group", ["Editors", "Moderators"])
def test_others_see_and_do_nothing(client: Client, site: Site, group: str) -> None:
    user = User.objects.create_user("ana", "ana@example.org", "x")
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    mail = queue()
    for url in URLS:
        assert client.get(reverse(url)).status_code == 302
    assert client.get(reverse("mails:inspect", args=[mail.pk])).status_code == 302
    for action in ("send-again", "cancel"):
        client.post(reverse("mails:act", args=[mail.pk, action]))
    client.post(reverse("mails:act_on_way", args=["test"]))
    mail.refresh_from_db()
    assert mail.status == MailStatus.QUEUED
    assert OutgoingMail.objects.count() == 1
    assert "/admin/mail" not in text(client.get("/admin/"))


def test_viewer_sees_and_changes_nothing(client: Client, site: Site) -> None:
    user = User.objects.create_user("ana", "ana@example.org", "x")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=("access_admin", "view_outgoingmail"))
    )
    client.force_login(user)
    mail = queue()
    assert "luis" not in shown(client, mail)
    client.post(reverse("mails:act", args=[mail.pk, "cancel"]))
    mail.refresh_from_db()
    assert mail.status == MailStatus.QUEUED


def test_admin_speaks_spanish(browser: Client) -> None:
    root = User.objects.get(username="root")
    UserProfile.objects.update_or_create(user=root, defaults={"preferred_language": "es"})
    page = shown(browser, queue(template="test"))
    assert "Reenviar" in page or "Enviar de nuevo" in page
    assert "Intentos" in page


def test_mail_that_is_only_printed_is_told_on_the_page_of_mails(browser: Client) -> None:
    assert "they are only printed" in text(browser.get(reverse("mails:index")))


def test_mail_that_leaves_is_not_called_printed(browser: Client, sendgrid_server: Provider) -> None:
    assert "they are only printed" not in text(browser.get(reverse("mails:index")))
