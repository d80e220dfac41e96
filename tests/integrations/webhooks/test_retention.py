"""What was delivered is kept for 30 days, everything else for 90, and what still waits is no
exception: nobody wants to be told of a change a quarter of a year later.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.webhooks import outbox, retention, tasks
from integrations.webhooks.changes import Change
from integrations.webhooks.event_types import EventType
from integrations.webhooks.models import Attempt, Delivery, Endpoint, Message

pytestmark = pytest.mark.django_db


def message(*, days_ago: int) -> Message:
    made = outbox.record(Change(EventType.PAGE_PUBLISHED, "content.EventPage", 1, "en"))
    created_at = timezone.now() - timedelta(days=days_ago)
    Message.objects.filter(pk=made.pk).update(created_at=created_at, transaction_id=0)
    return made


def delivery(endpoint: Endpoint, *, days_ago: int, state: str = "done") -> Delivery:
    created_at = timezone.now() - timedelta(days=days_ago)
    made = Delivery.objects.create(
        message=message(days_ago=days_ago),
        endpoint=endpoint,
        state=state,
        finished_at=None if state == "waiting" else created_at,
    )
    Delivery.objects.filter(pk=made.pk).update(created_at=created_at)
    Attempt.objects.create(delivery=made, started_at=created_at, duration_ms=1, status=200)
    return made


@pytest.mark.parametrize(
    ("state", "kept", "forgotten"),
    [("done", 29, 31), ("dead", 89, 91), ("cancelled", 89, 91), ("waiting", 89, 91)],
)
def test_delivery_is_kept_for_its_time_and_goes_with_its_attempts(
    endpoint: Endpoint, state: str, kept: int, forgotten: int
) -> None:
    young = delivery(endpoint, days_ago=kept, state=state)
    delivery(endpoint, days_ago=forgotten, state=state)
    assert retention.purge() == 1
    assert list(Delivery.objects.all()) == [young]
    assert list(Message.objects.all()) == [young.message]
    assert [attempt.delivery for attempt in Attempt.objects.all()] == [young]
    assert retention.purge() == 0


def test_message_stays_as_long_as_one_of_its_deliveries(endpoint: Endpoint) -> None:
    delivered = delivery(endpoint, days_ago=40)
    other = Endpoint.objects.create(url="https://b.example.org/", encrypted_secret="x")
    failed = Delivery.objects.create(
        message=delivered.message, endpoint=other, state="dead", finished_at=timezone.now()
    )
    assert retention.purge() == 0
    assert list(Delivery.objects.all()) == [failed]
    assert Message.objects.count() == 1


def test_message_that_nobody_wanted_is_forgotten(endpoint: Endpoint) -> None:
    message(days_ago=31)
    recent = message(days_ago=1)
    tasks.purge(0)
    assert list(Message.objects.all()) == [recent]
