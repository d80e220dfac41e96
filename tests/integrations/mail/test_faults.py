"""Failures are told apart by what they mean: for the mail, and for the account."""

import logging
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from cms.ops.alarms import report_dead_letters
from cms.ops.outbox import OutboxRow
from integrations.mail import channel, delivery, tasks, transport
from integrations.mail.models import Attempt, Channel, OutgoingMail
from integrations.mail.progress import AttemptResult, MailStatus
from tests.integrations.mail.conftest import attempt, make_due, queue
from tests.integrations.mail.providers import Provider, form_of, json_of
from tests.integrations.webhooks.receiver import answer, drip, hang, raw, reset

pytestmark = pytest.mark.django_db


def test_mail_is_taken_once(sendgrid_server: Provider) -> None:
    mail = attempt(queue())

    assert mail.status == MailStatus.SENT
    assert (mail.state, mail.attempts, mail.provider) == (OutboxRow.State.DONE, 1, "sendgrid")
    (request,) = sendgrid_server.accepted
    sent = json_of(request)
    assert sent["headers"]["Message-ID"] == mail.message_id
    assert sent["personalizations"][0]["to"] == [{"email": "ana@example.org"}]
    assert sent["tracking_settings"] == {
        "click_tracking": {"enable": False},
        "open_tracking": {"enable": False},
    }
    made = Attempt.objects.get()
    assert (made.result, made.status) == (AttemptResult.SENT, 202)
    assert OutgoingMail.objects.claim(row_id=mail.pk, job_id=None) is None


def test_mailgun_takes_it_too_and_its_number_is_kept(mailgun_server: Provider) -> None:
    mail = attempt(queue())

    assert mail.status == MailStatus.SENT
    assert mail.provider_message_id == "<1@example.org>"
    fields = form_of(mailgun_server.accepted[0])
    assert fields["h:Message-Id"] == [mail.message_id]
    assert fields["to"] == ["ana@example.org"]


TEMPORARY = {
    "500": answer(500, b"oops"),
    "502": answer(502, b"<html>Bad gateway</html>"),
    "503": answer(503, b""),
    "429": answer(429, b"slow down"),
    "reset": reset,
    "garbage": raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "half a status": raw(b"HTTP/1.1 2"),
}


@pytest.mark.parametrize("name", list(TEMPORARY))
def test_what_may_pass_is_tried_again_as_the_same_mail(
    sendgrid_server: Provider, name: str
) -> None:
    mail = queue()
    sendgrid_server.fail(TEMPORARY[name])

    mail = attempt(mail)

    assert (mail.status, mail.attempts) == (MailStatus.QUEUED, 1)
    assert mail.next_attempt_at > timezone.now()
    assert OutgoingMail.objects.claim(row_id=mail.pk, job_id=None) is None
    make_due(mail)
    assert attempt(mail).status == MailStatus.SENT
    (request,) = sendgrid_server.accepted
    assert json_of(request)["headers"]["Message-ID"] == mail.message_id


def test_closed_port_is_tried_again(sendgrid_server: Provider, settings: Any) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "SENDGRID_API_URL": "http://127.0.0.1:1/v3/"}
    assert attempt(queue()).status == MailStatus.QUEUED
    assert Attempt.objects.get().result == AttemptResult.TEMPORARY


def test_pauses_grow_and_differ() -> None:
    pauses = [delivery.pause_after(number) for number in range(1, 15)]
    assert all(later > former for former, later in pairwise(pauses[:10]))
    assert max(pauses) <= timedelta(hours=12) * 1.2
    assert len({delivery.pause_after(1) for _ in range(20)}) > 10


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed(sendgrid_server: Provider, form: str) -> None:
    # The date counts from the provider's own clock, which may be wrong.
    values = {
        "seconds": {"Retry-After": "900"},
        "date": {
            "Retry-After": "Fri, 01 Jan 2021 00:15:00 GMT",
            "Date": "Fri, 01 Jan 2021 00:00:00 GMT",
        },
    }[form]
    fields = {name.replace("-", "_"): value for name, value in values.items()}
    sendgrid_server.fail(answer(429, b"", **fields))

    mail = attempt(queue())

    wait = mail.next_attempt_at - timezone.now()
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15)
    # Nor does another mail bother the provider meanwhile.
    other = queue("luis@example.org")
    assert OutgoingMail.objects.claim(row_id=other.pk, job_id=None) is None


@pytest.mark.parametrize("status", [400, 413, 422])
def test_rejected_mail_is_a_dead_letter_and_told_once(
    sendgrid_server: Provider, settings: Any, status: int
) -> None:
    settings.ADMINS = [("", "ops@example.org")]
    sendgrid_server.fail(answer(status, b'{"errors": [{"message": "no"}]}'))

    mail = attempt(queue())

    assert mail.status == MailStatus.FAILED
    assert report_dead_letters() == 1
    assert report_dead_letters() == 0
    alarm = OutgoingMail.objects.exclude(pk=mail.pk).get()
    assert alarm.recipient == "ops@example.org"
    assert f"mail.OutgoingMail {mail.pk}" in alarm.text_body
    assert "X-Alarm" not in alarm.headers
    # An alarm that is rejected itself raises no alarm about alarms.
    sendgrid_server.fail(answer(400, b"{}"))
    assert attempt(alarm).status == MailStatus.FAILED
    assert report_dead_letters() == 0


@pytest.mark.parametrize("status", [401, 403])
def test_refused_account_pauses_the_way_with_one_alert_and_uses_up_no_attempts(
    sendgrid_server: Provider, settings: Any, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    settings.ADMINS = [("", "ops@example.org")]
    caplog.set_level(logging.ERROR)
    mails = [queue(f"person{number}@example.org") for number in range(3)]
    sendgrid_server.fail(*[answer(status, b"{}")] * 3)

    first = attempt(mails[0])

    assert (first.status, first.attempts) == (MailStatus.QUEUED, 0)
    assert channel.current().state == Channel.State.PAUSED
    for mail in mails:
        assert OutgoingMail.objects.claim(row_id=mail.pk, job_id=None) is None
    for _ in range(2):
        probe()
    assert sendgrid_server.connections == 3
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert OutgoingMail.objects.filter(template="alarm").count() == 1
    assert not OutgoingMail.objects.exclude(attempts=0).exists()

    # Somebody has put the right key in place.
    probe()
    assert channel.current().is_open
    for mail in OutgoingMail.objects.waiting_unheld():
        assert attempt(mail).status == MailStatus.SENT
    assert len(sendgrid_server.accepted) == 4


def probe() -> None:
    """What the worker does every few seconds, as if it was time."""
    channel.probe_soon()
    tasks.probe.func(_Context(), 0)


class _Job:
    id = None


class _Context:
    job = _Job()


UNREADABLE = {
    "HTML": answer(200, b"<html>Welcome to the hotel</html>"),
    "not an object": answer(200, b"[]"),
    "cut": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"),
    "cut in the headers": raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
}


@pytest.mark.parametrize("name", list(UNREADABLE))
def test_unreadable_success_is_sent_unconfirmed_and_never_repeated(
    mailgun_server: Provider, name: str
) -> None:
    mailgun_server.fail(UNREADABLE[name])

    mail = attempt(queue())

    assert (mail.status, mail.is_unconfirmed) == (MailStatus.SENT, True)
    assert mail.status_text == "sent, unconfirmed"
    assert OutgoingMail.objects.claim(row_id=mail.pk, job_id=None) is None
    assert channel.current().is_open


def test_wrong_address_of_mailgun_is_no_success(mailgun_server: Provider) -> None:
    mailgun_server.fail(answer(200, b"Mailgun Magnificent API"))
    assert attempt(queue()).status == MailStatus.QUEUED
    assert channel.current().state == Channel.State.PAUSED


def test_redirect_is_not_followed(sendgrid_server: Provider) -> None:
    sendgrid_server.fail(answer(302, b"", Location=f"{sendgrid_server.url}mail/send"))
    assert attempt(queue()).status == MailStatus.QUEUED
    assert sendgrid_server.connections == 1
    assert channel.current().state == Channel.State.PAUSED


@pytest.mark.parametrize(
    ("name", "result"),
    [("hangs", AttemptResult.TEMPORARY), ("drips", AttemptResult.UNCONFIRMED)],
)
def test_attempt_ends_in_time_whatever_the_provider_does(
    mailgun_server: Provider, monkeypatch: pytest.MonkeyPatch, name: str, result: AttemptResult
) -> None:
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 1.0)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
    mailgun_server.fail({"hangs": hang, "drips": drip(head + b" " * 400)}[name])

    attempt(queue())

    made = Attempt.objects.get()
    assert made.result == result
    # What drips would be there after 22 seconds, what hangs never.
    assert 900 < made.duration_ms < 15_000


def test_time_out_is_thirty_seconds() -> None:
    assert transport.TOTAL_SECONDS == 30
    assert OutgoingMail.lease_duration.total_seconds() >= 2 * transport.TOTAL_SECONDS


def test_provider_that_is_down_rests_and_everything_leaves_when_it_is_back(
    sendgrid_server: Provider,
) -> None:
    mails = [queue(f"person{number}@example.org") for number in range(5)]
    sendgrid_server.fail(*[answer(503, b"")] * 4)
    for mail in mails[:3]:
        attempt(mail)

    assert channel.current().state == Channel.State.RESTING
    assert OutgoingMail.objects.claim(row_id=mails[3].pk, job_id=None) is None
    soon = channel.current().probe_at
    assert soon is not None
    assert soon - timezone.now() <= timedelta(seconds=30)
    probe()
    assert channel.current().state == Channel.State.RESTING
    probe()
    assert channel.current().is_open
    assert len(sendgrid_server.accepted) == 1
    for mail in OutgoingMail.objects.waiting_unheld():
        assert attempt(mail).status == MailStatus.SENT
    assert len(sendgrid_server.accepted) == 5
    recipients = {
        json_of(each)["personalizations"][0]["to"][0]["email"] for each in sendgrid_server.accepted
    }
    assert len(recipients) == 5


def asked_for(mail: OutgoingMail, days_ago: float) -> None:
    since = timezone.now() - timedelta(days=days_ago)
    OutgoingMail.objects.filter(pk=mail.pk).update(queued_at=since)


@pytest.mark.parametrize(("days", "status"), [(2.9, MailStatus.QUEUED), (3.1, MailStatus.FAILED)])
def test_mail_that_never_leaves_is_given_up_after_three_days(
    sendgrid_server: Provider, days: float, status: MailStatus
) -> None:
    mail = queue()
    sendgrid_server.fail(answer(500, b""))
    asked_for(mail, days)
    assert attempt(mail).status == status


def test_days_in_which_nothing_could_leave_do_not_count(sendgrid_server: Provider) -> None:
    channel.pause("401")
    Channel.objects.update(closed_at=timezone.now() - timedelta(days=10))
    young, old = queue("young@example.org"), queue("old@example.org")
    asked_for(young, 9)
    asked_for(old, 12)
    make_due(old)
    sendgrid_server.fail(answer(503, b""))

    probe()

    # A probe gives nothing up.
    assert OutgoingMail.objects.get(pk=old.pk).status == MailStatus.QUEUED
    queue("other@example.org")
    channel.note_answer()
    sendgrid_server.fail(answer(500, b""), answer(500, b""))
    for mail in (young, old):
        make_due(mail)
        mail = attempt(mail)
        assert mail.status == MailStatus.QUEUED
    # Two days were over before the way was closed, and go on from there.
    waited = timezone.now() - OutgoingMail.objects.get(pk=old.pk).queued_at
    assert timedelta(days=1.9) < waited < timedelta(days=2.1)


def test_no_address_is_in_the_log(
    sendgrid_server: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = [answer(400, b"ana@example.org is bad"), answer(401, b""), answer(500, b""), reset]
    for fault in faults:
        Channel.objects.all().delete()
        sendgrid_server.fail(fault)
        mail = queue()
        tasks.deliver.func(_Context(), row_id=str(mail.pk))
    assert len([record for record in caplog.records if record.name.startswith("integrations")]) > 4
    assert "ana@" not in caplog.text
