"""What becomes of a delivery: attempts, pauses between them, and the end."""

from datetime import UTC, timedelta
from email.utils import format_datetime

import pytest
from django.db.models.functions import Now
from django.test import override_settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from integrations.webhooks import delivery as sending
from integrations.webhooks import outbox, services, signing
from integrations.webhooks.changes import Change
from integrations.webhooks.event_types import EventType
from integrations.webhooks.models import Attempt, Delivery, Endpoint, Message
from tests.integrations.webhooks.conftest import MakeEndpoint
from tests.integrations.webhooks.receiver import Behaviour, Receiver, answer, raw, reset

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(make_endpoint: MakeEndpoint, receiver: Receiver) -> Endpoint:
    return make_endpoint(receiver.url)


def change(number: int = 1) -> Change:
    return Change(
        EventType.PAGE_PUBLISHED,
        "content.EventPage",
        number,
        "en",
        paths=["/events/café/"],
        api_urls=["http://localhost:8000/api/v2/events/1/"],
    )


def announced(number: int = 1) -> list[Delivery]:
    message = outbox.record(change(number))
    held = Message.objects.claim(row_id=message.pk, job_id=None)
    assert held is not None
    return outbox.announce_to_endpoints(held)


@pytest.fixture
def delivery(endpoint: Endpoint) -> Delivery:
    (made,) = announced()
    return made


def attempt(delivery: Delivery) -> Attempt:
    """Claim and send it once, whenever it is due."""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=Now())
    claimed = sending.claim(str(delivery.pk), job_id=None)
    assert claimed is not None
    made = sending.attempt(claimed)
    delivery.refresh_from_db()
    return made


def secret_of(endpoint: Endpoint) -> str:
    return signing.decrypt(endpoint.encrypted_secret)


def test_delivered_message_is_what_the_standard_says(
    delivery: Delivery, endpoint: Endpoint, receiver: Receiver
) -> None:
    made = attempt(delivery)
    assert (made.status, made.answer, delivery.state) == (200, "ok", Delivery.State.DONE)
    (request,) = receiver.received
    payload = Webhook(secret_of(endpoint)).verify(request.body, request.headers)
    assert payload == {
        "type": "page.published",
        "timestamp": delivery.message.created_at.isoformat(),
        "data": {
            "id": 1,
            "object": "content.EventPage",
            "locale": "en",
            "paths": ["/events/café/"],
            "api_urls": ["http://localhost:8000/api/v2/events/1/"],
            "truncated": False,
        },
    }
    assert request.headers["webhook-id"] == delivery.message.webhook_id
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("Lab-CMS")


def test_every_attempt_has_the_same_id_and_body_and_its_own_timestamp(
    delivery: Delivery, receiver: Receiver, endpoint: Endpoint
) -> None:
    receiver.behave(answer(500), answer(200))
    attempt(delivery)
    attempt(delivery)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert int(first.headers["webhook-timestamp"]) <= int(second.headers["webhook-timestamp"])
    assert Webhook(secret_of(endpoint)).verify(second.body, second.headers)
    assert delivery.state == Delivery.State.DONE
    assert delivery.attempts_made.count() == 2


def test_schedule_is_that_of_the_standard_and_ends_in_a_dead_letter(
    delivery: Delivery, receiver: Receiver
) -> None:
    receiver.behave(answer(500))
    hours = 3600
    expected = [5, 300, 1800, 2 * hours, 5 * hours, 10 * hours, 14 * hours, 20 * hours, 24 * hours]
    for seconds in expected:
        before = timezone.now()
        attempt(delivery)
        pause = (delivery.next_attempt_at - before).total_seconds()
        assert seconds <= pause <= seconds * 1.1 + 30
        assert delivery.state == Delivery.State.WAITING
    attempt(delivery)
    assert delivery.state == Delivery.State.DEAD
    assert len(receiver.received) == 10
    assert delivery.last_error == "500"


def test_what_failed_together_does_not_come_back_together(
    delivery: Delivery, receiver: Receiver
) -> None:
    receiver.behave(answer(500))
    pauses = set()
    for _number in range(10):
        Delivery.objects.filter(pk=delivery.pk).update(attempts=8)
        delivery.refresh_from_db()
        attempt(delivery)
        made = delivery.attempts_made.latest("pk")
        pauses.add(round((delivery.next_attempt_at - made.started_at) / timedelta(minutes=10)))
    assert len(pauses) > 1


@pytest.mark.parametrize("status", [201, 204, 299])
def test_any_2xx_is_success(delivery: Delivery, receiver: Receiver, status: int) -> None:
    receiver.behave(answer(status, b""))
    attempt(delivery)
    assert delivery.state == Delivery.State.DONE


@pytest.mark.parametrize(
    ("behaviour", "result"),
    [
        (answer(301, Location="http://127.0.0.1/"), "301"),
        (answer(400), "400"),
        (answer(404), "404"),
        (answer(500), "500"),
        (reset, "reset"),
        (raw(b"SSH-2.0-x\r\n"), "invalid_answer"),
    ],
)
def test_everything_else_is_tried_again(
    delivery: Delivery, receiver: Receiver, behaviour: Behaviour, result: str
) -> None:
    receiver.behave(behaviour)
    made = attempt(delivery)
    assert str(made.status or made.failure) == result
    assert delivery.state == Delivery.State.WAITING
    assert receiver.connections == 1


def test_410_switches_the_endpoint_off(
    delivery: Delivery, endpoint: Endpoint, receiver: Receiver
) -> None:
    (other,) = announced(2)
    receiver.behave(answer(410))
    attempt(delivery)
    endpoint.refresh_from_db()
    other.refresh_from_db()
    assert (endpoint.state, endpoint.state_reason) == ("disabled", "gone")
    assert delivery.state == Delivery.State.CANCELLED
    assert (other.state, other.status_text) == (Delivery.State.WAITING, "held back")
    assert sending.claim(str(other.pk), job_id=None) is None
    assert announced(3) == []
    assert len(receiver.received) == 1


IN_AN_HOUR = "an hour from now, as a date"
YEAR = 365 * 86_400


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("3600", 3600, 3660),
        (IN_AN_HOUR, 3000, 3700),
        ("1", 5, 60),
        (str(YEAR), 86_400, 86_500),
        ("999999999999999999999999", 86_400, 86_500),
        ("-5", 5, 60),
        ("soon", 5, 60),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400, 86_500),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 5, 60),
    ],
)
def test_retry_after_makes_the_pause_longer_within_a_day(
    delivery: Delivery, receiver: Receiver, status: int, value: str, least: int, most: int
) -> None:
    before = timezone.now()
    if value == IN_AN_HOUR:  # the workers must collect the same names, whenever each begins
        value = format_datetime(before.astimezone(UTC) + timedelta(hours=1), usegmt=True)
    receiver.behave(answer(status, Retry_After=value))
    attempt(delivery)
    assert least <= (delivery.next_attempt_at - before).total_seconds() <= most


def test_answer_is_kept_as_text_that_can_be_shown(delivery: Delivery, receiver: Receiver) -> None:
    body = b"\0\x1b[31m<script>alert(1)</script>\xff" + b"x" * 2000
    receiver.behave(answer(500, body))
    made = attempt(delivery)
    made.refresh_from_db()
    assert made.answer.startswith("[31m<script>alert(1)</script>\ufffd")
    assert len(made.answer) <= 1024


def test_former_secret_signs_for_a_day_after_a_change(
    delivery: Delivery, endpoint: Endpoint, receiver: Receiver
) -> None:
    former = secret_of(endpoint)
    new = services.change_secret(endpoint=endpoint)
    attempt(delivery)
    request = receiver.received[0]
    for secret in (new, former):
        assert Webhook(secret).verify(request.body, request.headers)
    Endpoint.objects.update(former_secret_ends_at=timezone.now() - timedelta(seconds=1))
    assert services.send_again(delivery=delivery)
    attempt(delivery)
    assert receiver.received[1].headers["webhook-signature"].count("v1,") == 1


def test_unreadable_secret_is_a_failure_that_says_what_to_do(
    delivery: Delivery, receiver: Receiver
) -> None:
    with override_settings(SECRET_KEY="another" * 10):
        made = attempt(delivery)
    assert made.failure == "unreadable_secret"
    assert delivery.state == Delivery.State.WAITING
    assert receiver.connections == 0


def test_what_cannot_be_sent_takes_its_turn_like_other_failures(
    delivery: Delivery, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    Message.objects.update(webhook_id="no header\nhas a line break")
    made = attempt(delivery)
    assert made.failure == "not_sent"
    assert (delivery.state, delivery.attempts) == (Delivery.State.WAITING, 1)
    assert delivery.next_attempt_at > timezone.now()
    assert "Webhook not sent" in caplog.text
    assert receiver.received == []


def test_private_address_is_refused_when_it_is_sent(
    make_endpoint: MakeEndpoint, receiver: Receiver
) -> None:
    make_endpoint(receiver.url)
    (delivery,) = announced()
    with override_settings(WEBHOOKS_ALLOW_PRIVATE_ADDRESSES=False):
        made = attempt(delivery)
    assert made.failure == "forbidden_address"
    assert receiver.connections == 0


def test_paused_endpoint_gets_nothing_and_everything_afterwards(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    services.pause(endpoint=endpoint)
    (delivery,) = announced()
    assert sending.claim(str(delivery.pk), job_id=None) is None
    assert delivery.status_text == "held back"
    services.resume(endpoint=endpoint)
    delivery.refresh_from_db()
    attempt(delivery)
    assert delivery.state == Delivery.State.DONE


def test_endpoint_gets_what_it_asked_for(make_endpoint: MakeEndpoint) -> None:
    everything = make_endpoint("https://all.example.org/")
    pages = make_endpoint("https://pages.example.org/", event_types=["page.published"])
    make_endpoint("https://site.example.org/", event_types=["site.changed"])
    make_endpoint("https://off.example.org/", state=Endpoint.State.DISABLED)
    assert {each.endpoint_id for each in announced()} == {everything.pk, pages.pk}


def test_one_endpoint_has_few_deliveries_at_the_same_time(endpoint: Endpoint) -> None:
    deliveries = [announced(number)[0] for number in range(1, 5)]
    claimed = [sending.claim(str(each.pk), job_id=None) for each in deliveries]
    assert [each is not None for each in claimed] == [True, True, False, False]
    waiting = sending.next_due(endpoint.pk)
    assert waiting is not None
    assert waiting.pk == deliveries[2].pk


def test_message_is_announced_once_even_if_two_jobs_hold_it(endpoint: Endpoint) -> None:
    message = outbox.record(change())
    first = Message.objects.claim(row_id=message.pk, job_id=7)
    second = Message.objects.claim(row_id=message.pk, job_id=7)
    assert first is not None
    assert second is not None
    assert outbox.announce_to_endpoints(first) == []
    assert len(outbox.announce_to_endpoints(second)) == 1


def test_sent_again_keeps_its_id(delivery: Delivery, receiver: Receiver) -> None:
    attempt(delivery)
    assert services.send_again(delivery=delivery)
    attempt(delivery)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_all_failed_ones_are_sent_again(endpoint: Endpoint, receiver: Receiver) -> None:
    deliveries = [announced(number)[0] for number in range(1, 4)]
    Delivery.objects.filter(pk__in=[each.pk for each in deliveries[:2]]).update(
        state=Delivery.State.DEAD, finished_at=Now(), attempts=10
    )
    assert services.send_failed_again(endpoint=endpoint) == 2
    assert not Delivery.objects.failed().exists()
    deliveries[0].refresh_from_db()
    assert deliveries[0].attempts == 0


def test_failed_test_is_not_tried_again(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.behave(answer(500))
    delivery = services.send_test(endpoint=endpoint)
    attempt(delivery)
    assert delivery.state == Delivery.State.CANCELLED
    assert b'"type":"ping"' in receiver.received[0].body
