"""How long it is known what GitHub has pushed, and what the command deletes besides."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models.functions import Now
from wagtail.models import Site

from integrations.github.models import Account, Push
from integrations.github.tasks import purge
from integrations.webhooks.models import Message
from tests.integrations.github.test_pushes import push, secret
from tests.integrations.github.world import repository

__all__ = ["secret"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", ["worker", "command"])
def test_push_is_remembered_for_30_days(by: str, secret: str, lab: Account) -> None:
    payloads = [{"repository": repository(number)} for number in (1, 2)]
    for days, payload in zip((29, 31), payloads, strict=True):
        push("push", payload)
        Push.objects.filter(received_at__gte=Now() - timedelta(days=1)).update(
            received_at=Now() - timedelta(days=days)
        )
    output = StringIO()
    if by == "command":
        call_command("purge_expired", stdout=output)
        assert "Forgot 1 old messages of GitHub." in output.getvalue()
    else:
        purge(timestamp=0)
    statuses = [push("push", payload).json()["status"] for payload in payloads]
    assert statuses == ["known", "accepted"]


def test_command_deletes_old_messages_to_webhooks(site: Site) -> None:
    for days in (29, 31):
        made = Message.objects.create(type="page.published")
        Message.objects.filter(pk=made.pk).update(created_at=Now() - timedelta(days=days))
    output = StringIO()
    call_command("purge_expired", stdout=output)
    assert "Deleted 1 old messages to webhooks." in output.getvalue()
    assert Message.objects.count() == 1
