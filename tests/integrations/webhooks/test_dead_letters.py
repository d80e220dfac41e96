"""A message that fails for good: somebody is told once, sees it, and sends it again."""

import pytest
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cms.models import User
from cms.ops.tasks import raise_alarms
from integrations.webhooks import delivery as sending
from integrations.webhooks.models import Delivery
from tests.integrations.webhooks.conftest import MakeEndpoint
from tests.integrations.webhooks.receiver import Receiver, answer
from tests.integrations.webhooks.test_admin import make_delivery

pytestmark = pytest.mark.django_db


def send(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=Now())
    claimed = sending.claim(str(delivery.pk), job_id=None)
    assert claimed is not None
    sending.attempt(claimed)
    delivery.refresh_from_db()


def dead_letters(client: Client) -> str:
    return str(client.get("/readyz").json()["checks"]["dead_letters"])


def test_dead_letter_is_mailed_once_seen_and_sent_again(
    client: Client,
    administrator: User,
    make_endpoint: MakeEndpoint,
    receiver: Receiver,
    settings: Settings,
    mailoutbox: list[EmailMessage],
) -> None:
    settings.ADMINS = [("", "ops@example.org")]
    client.force_login(administrator)
    delivery = make_delivery(make_endpoint(receiver.url))
    receiver.behave(answer(500))
    for _attempt in range(10):
        assert dead_letters(client) == "ok"
        send(delivery)
    assert delivery.state == Delivery.State.DEAD

    assert dead_letters(client) == "1 given up"
    assert client.get("/readyz").json()["status"] == "degraded"
    for timestamp in (0, 300):
        raise_alarms(timestamp)
    (mail,) = mailoutbox
    assert mail.to == ["ops@example.org"]
    assert f"webhooks.Delivery {delivery.pk}, after 10 attempts" in mail.body
    dashboard = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "1 message failed for good." in dashboard

    receiver.behave(answer(200))
    client.post(reverse("webhook_deliveries:send_again", args=[delivery.pk]))
    assert dead_letters(client) == "ok"
    send(delivery)
    assert delivery.state == Delivery.State.DONE
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
    raise_alarms(600)
    assert len(mailoutbox) == 1
