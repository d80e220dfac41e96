"""What is left of an address when its mails are gone: a digest, and no words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from cms.ops.outbox import OutboxRow
from integrations.mail import retention, suppressions
from integrations.mail.models import AddressKey, DeliveryEvent, OutgoingMail
from integrations.mail.progress import EventKind, MailStatus
from tests.integrations.mail.conftest import Post, attempt, queue, told

pytestmark = pytest.mark.django_db


def test_suppression_outlives_a_new_secret_key(settings: Any) -> None:
    suppressions.suppress("ana@example.org", EventKind.BOUNCED)
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [former]
    assert suppressions.is_suppressed("ana@example.org")
    settings.SECRET_KEY_FALLBACKS = []
    assert suppressions.is_suppressed("ana@example.org")
    assert suppressions.condition() == "ok"
    settings.SECRET_KEY = "o" * 50
    assert not suppressions.is_suppressed("ana@example.org")
    assert suppressions.condition() != "ok"
    suppressions.suppress("luis@example.org", EventKind.BOUNCED)
    assert suppressions.is_suppressed("luis@example.org")
    assert AddressKey.objects.count() == 2


def test_forgotten_mails_leave_the_suppression_and_no_words(
    sendgrid_events: Post, sent: OutgoingMail
) -> None:
    late = [told(sent, kind, reason="Ana@Example.org says no") for kind in ("spamreport", "bounce")]
    sendgrid_events(late[:1])
    assert DeliveryEvent.objects.get().detail
    OutgoingMail.objects.update(finished_at=Now() - timedelta(days=29))
    assert retention.purge() == 0
    OutgoingMail.objects.update(finished_at=Now() - timedelta(days=31))
    assert retention.purge() == 1

    assert [each.json()["recorded"] for each in map(sendgrid_events, ([e] for e in late))] == [0, 1]

    assert not DeliveryEvent.objects.exclude(detail="").exists()
    assert suppressions.is_suppressed("ana@example.org")
    assert attempt(queue()).state == OutboxRow.State.CANCELLED
    assert suppressions.lift("ana@example.org")
    assert attempt(queue()).status == MailStatus.SENT


def test_words_of_an_event_cannot_outlive_its_mail(
    sendgrid_events: Post, sent: OutgoingMail
) -> None:
    sendgrid_events([told(sent, "bounce", reason="Ana@Example.org says no")])
    with pytest.raises(IntegrityError, match="mail_event_words_with_mail"), transaction.atomic():
        sent.delete()
