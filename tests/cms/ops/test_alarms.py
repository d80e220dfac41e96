"""Dead letters are mailed about once, all new ones together, and mail never breaks anything."""

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from cms.ops.alarms import report_dead_letters
from tests.cms.ops.parcels.models import Parcel
from tests.ports import free_port

pytestmark = pytest.mark.django_db


def dead() -> Parcel:
    waiting = Parcel.enqueue(door="http://127.0.0.1:1/")
    row: Parcel | None = Parcel.objects.claim(row_id=waiting.pk, job_id=1)
    assert row is not None
    assert row.give_up(error="ana@example.org does not open")
    return row


@pytest.fixture(autouse=True)
def _administrators(settings: Settings) -> None:
    settings.ADMINS = [("", "ops@example.org"), ("", "second@example.org")]


def test_new_dead_letters_are_one_mail_and_old_ones_none(mailoutbox: list[EmailMessage]) -> None:
    first, second = dead(), dead()
    assert report_dead_letters() == 2
    assert report_dead_letters() == 0
    (mail,) = mailoutbox
    assert mail.to == ["ops@example.org", "second@example.org"]
    assert "2 given up" in mail.subject
    for row in (first, second):
        assert f"parcels.Parcel {row.pk}, after 1 attempts" in mail.body
    assert "ana@example.org" not in mail.body
    third = dead()
    assert report_dead_letters() == 1
    assert str(third.pk) in mailoutbox[1].body
    assert len(mailoutbox) == 2


def test_many_are_counted_and_not_listed(mailoutbox: list[EmailMessage]) -> None:
    for _number in range(25):
        dead()
    assert report_dead_letters() == 25
    assert "… and 5 more" in mailoutbox[0].body


def test_failing_mail_server_is_tried_again(
    settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    dead()
    working = settings.EMAIL_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert report_dead_letters() == 0
    assert mailoutbox == []
    settings.EMAIL_BACKEND = working
    assert report_dead_letters() == 1
    assert len(mailoutbox) == 1


def test_nobody_to_tell_is_no_mail(settings: Settings, mailoutbox: list[EmailMessage]) -> None:
    dead()
    settings.ADMINS = []
    assert report_dead_letters() == 0
    assert mailoutbox == []
