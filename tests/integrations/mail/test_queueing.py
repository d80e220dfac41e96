"""Every mail is a row in the caller's transaction: nothing leaves that was not committed."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from cms.models import User
from integrations.mail.headers import UnsafeHeaderError
from integrations.mail.models import OutgoingMail
from integrations.mail.outbox import Content, enqueue
from integrations.mail.progress import MailStatus
from integrations.mail.services import InvalidAddressError, parse_address, queue_mail
from integrations.mail.transport import as_message
from tests.integrations.mail.conftest import queue

pytestmark = pytest.mark.django_db


def only_mail() -> OutgoingMail:
    mail: OutgoingMail = OutgoingMail.objects.get()
    return mail


def test_mail_of_django_is_a_row_with_a_job_and_nothing_has_left() -> None:
    assert send_mail("Hello", "Good day", None, ["Ana Rojas <ana@Example.org>"]) == 1

    mail = only_mail()
    assert mail.status == MailStatus.QUEUED
    assert (mail.recipient, mail.recipient_name) == ("ana@example.org", "Ana Rojas")
    assert mail.sender == "Example Lab <cms@example.org>"
    assert (mail.subject, mail.text_body, mail.html_body) == ("Hello", "Good day", "")
    assert mail.headers == {"Auto-Submitted": "auto-generated"}
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", mail.message_id)
    job = ProcrastinateJob.objects.get(task_name=OutgoingMail.task_name)
    assert (job.args, job.queue_name) == ({"row_id": str(mail.pk)}, "mail")


@pytest.mark.parametrize("domain", ["localhost", "mail.local", "cms.test", "relay", "a.internal"])
def test_machines_of_an_own_network_send_and_get_mail(settings: Any, domain: str) -> None:
    settings.DEFAULT_FROM_EMAIL = f"noreply@{domain}"
    send_mail("Hello", "Good day", None, [f"root@{domain.upper()}"])
    assert (only_mail().sender, only_mail().recipient) == (f"noreply@{domain}", f"root@{domain}")
    with pytest.raises(InvalidAddressError):
        send_mail("Hello", "Good day", None, [f"ro ot@{domain}"])


def test_mail_of_a_transaction_that_is_rolled_back_was_never_written() -> None:
    with transaction.atomic():
        send_mail("Hello", "Good day", None, ["ana@example.org"])
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name=OutgoingMail.task_name).exists()


@pytest.mark.usefixtures("site")
def test_new_password_for_the_admin_goes_the_same_way(client: Client) -> None:
    User.objects.create_superuser("ana", "ana@example.org", "x")
    answer = client.post("/admin/password_reset/", {"email": "ana@example.org"})
    assert answer.status_code == 302
    assert "/admin/password_reset/confirm/" in only_mail().text_body


def test_every_recipient_has_a_mail_of_his_own_and_sees_no_other() -> None:
    EmailMessage(
        "Hello", "Good day", to=["a@example.org"], cc=["b@example.org"], bcc=["c@example.org"]
    ).send()
    mails = OutgoingMail.objects.order_by("pk")
    assert [mail.recipient for mail in mails] == ["a@example.org", "b@example.org", "c@example.org"]
    assert len({mail.message_id for mail in mails}) == 3
    for mail in mails:
        assert as_message(mail).recipients() == [mail.recipient]


def test_all_parts_of_a_message_survive() -> None:
    message = EmailMultiAlternatives(
        "Hello",
        "Text",
        to=["ana@example.org"],
        reply_to=["Luis <luis@example.org>"],
        headers={"List-Id": "<news.example.org>"},
        alternatives=[("<p>HTML</p>", "text/html")],
    )
    message.attach("plan.csv", "a,b", "text/csv")
    message.send()

    rebuilt = as_message(only_mail())
    sent = rebuilt.message()
    assert sent["Reply-To"] == "luis@example.org"
    assert sent["List-Id"] == "<news.example.org>"
    assert sent["Message-ID"] == only_mail().message_id
    assert rebuilt.body == "Text"
    assert [tuple(each) for each in rebuilt.alternatives] == [("<p>HTML</p>", "text/html")]
    assert [tuple(each) for each in rebuilt.attachments] == [("plan.csv", "a,b", "text/csv")]


def test_html_alone_stays_html() -> None:
    message = EmailMessage("Hello", "<p>HTML</p>", to=["ana@example.org"])
    message.content_subtype = "html"
    message.send()
    assert as_message(only_mail()).message().get_content_type() == "text/html"


BREAKS = ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("number", range(len(BREAKS)))
def test_subject_is_one_line_whatever_is_in_it(number: int) -> None:
    send_mail(f"Hello{BREAKS[number]}Bcc: eva@example.org", "", None, ["ana@example.org"])
    assert only_mail().subject == "Hello Bcc: eva@example.org"
    sent = as_message(only_mail()).message()
    assert sent["Bcc"] is None
    assert sent["To"] == "ana@example.org"


HOSTILE_RECIPIENTS = [
    *(f"ana@example.org{each}Bcc: eva@example.org" for each in BREAKS),
    "ana@example.org, eva@example.org",
    "ana@example.org; eva@example.org",
    "ana@example.org,",
    "Ana <ana@example.org>, eva@example.org",
    "Ana <ana@example.org> <eva@example.org>",
    "ana@example.org eva@example.org",
    "",
]


@pytest.mark.parametrize("number", range(len(HOSTILE_RECIPIENTS)))
def test_recipient_that_is_not_one_is_refused_and_nothing_is_stored(number: int) -> None:
    recipients = ["luis@example.org", HOSTILE_RECIPIENTS[number] or "nobody"]
    with pytest.raises(InvalidAddressError):
        send_mail("Hello", "", None, recipients)
    assert not OutgoingMail.objects.exists()
    assert send_mail("Hello", "", None, recipients, fail_silently=True) == 0


@pytest.mark.parametrize("number", range(len(BREAKS)))
def test_header_of_two_lines_is_refused(number: int) -> None:
    with pytest.raises(UnsafeHeaderError):
        queue(headers={"List-Id": f"a{BREAKS[number]}Bcc: eva@example.org"})
    with pytest.raises(UnsafeHeaderError):
        queue(headers={f"List-Id{BREAKS[number]}Bcc": "eva@example.org"})


def test_headers_of_the_mail_itself_cannot_be_replaced() -> None:
    mail = queue(headers={"Bcc": "eva@example.org", "to": "eva@example.org", "Message-Id": "<1@x>"})
    assert mail.headers == {"Auto-Submitted": "auto-generated"}
    assert "eva" not in as_message(mail).message().as_string()


def test_name_of_a_recipient_cannot_be_a_second_one() -> None:
    mail = queue(recipient_name='Ana" <eva@example.org>, \r\nBcc: x@example.org')
    message: Any = as_message(mail).message()
    assert message["Bcc"] is None
    assert as_message(mail).recipients() == [as_message(mail).to[0]]
    assert message["To"].count("@") == 1


def test_body_keeps_everything_but_what_cannot_be_stored() -> None:
    text = "Hello\r\nBcc: eva@example.org\n{{7*7}} <b>\x00\ud800"
    content = Content(subject="x", text=text)
    mail = enqueue(recipient=parse_address("ana@example.org"), content=content)
    mail.refresh_from_db()
    assert mail.text_body == "Hello\r\nBcc: eva@example.org\n{{7*7}} <b>?"
    assert as_message(mail).message()["Bcc"] is None


def test_machine_of_its_own_may_send(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Example Lab <noreply@localhost>"
    mail = queue_mail(template="test", to="ana@example.org", context={"asked_by": "Ana"})
    assert mail.sender == "Example Lab <noreply@localhost>"
    assert mail.message_id.endswith("@localhost>")
