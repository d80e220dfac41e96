"""Nobody is told of a change before the caches in front of the site have forgotten the old one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from integrations.webhooks import outbox
from integrations.webhooks.changes import Change
from integrations.webhooks.event_types import EventType
from integrations.webhooks.models import Delivery, Message
from integrations.webhooks.tasks import announce
from tests.cms.ops.test_outer_cache import let_pass, varnish
from tests.integrations.webhooks.conftest import MakeEndpoint
from tests.integrations.webhooks.receiver import Receiver, answer

pytestmark = pytest.mark.django_db

__all__ = ["varnish"]

Announce = Callable[[Message], Message]


@pytest.fixture
def look_at(make_endpoint: MakeEndpoint) -> Announce:
    """Let the worker look at a message, as it does from time to time."""
    make_endpoint()

    def look(message: Message) -> Message:
        Message.objects.filter(pk=message.pk).update(next_attempt_at=Now())
        context = type("Context", (), {"job": type("Job", (), {"id": None})})
        announce(context, row_id=str(message.pk))
        message.refresh_from_db()
        return message

    return look


def _message() -> Message:
    return outbox.record(Change(EventType.PAGE_PUBLISHED, "content.EventPage", 1, "en"))


def test_nobody_is_told_before_the_caches_have_forgotten(
    varnish: Receiver, look_at: Announce
) -> None:
    varnish.behave(answer(500))
    message = look_at(_message())
    assert message.seen_at is not None
    assert varnish.received == []
    Message.objects.update(seen_at=F("seen_at") - timedelta(seconds=10))
    assert look_at(message).state == Message.State.WAITING
    assert len(varnish.received) == 1
    assert not Delivery.objects.exists()

    varnish.behave(answer())
    let_pass(timedelta(seconds=10))
    assert look_at(message).state == Message.State.DONE
    assert len(varnish.received) == 2
    assert Delivery.objects.count() == 1


def test_caches_that_stay_away_hold_nobody_up_for_ever(
    varnish: Receiver, look_at: Announce, caplog: pytest.LogCaptureFixture
) -> None:
    varnish.behave(answer(500))
    message = look_at(_message())
    Message.objects.update(seen_at=F("seen_at") - timedelta(seconds=59))
    assert look_at(message).state == Message.State.WAITING
    Message.objects.update(seen_at=F("seen_at") - timedelta(seconds=2))
    assert look_at(message).state == Message.State.DONE
    assert f"{message.webhook_id} is told although" in caplog.text
    assert Delivery.objects.count() == 1
