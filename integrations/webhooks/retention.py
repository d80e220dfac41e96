"""How long it is kept what was sent to whom."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from cms.ops.outbox import OutboxRow
from integrations.webhooks.models import Delivery, Message

DELIVERED_FOR = timedelta(days=30)
OTHERS_FOR = timedelta(days=90)
"""Failed ones, withdrawn ones, and what was never sent because its endpoint is off."""

_AT_ONCE = 5_000


def purge() -> int:
    """Delete old deliveries with their attempts, and messages without any left.

    Answers the number of messages deleted. At most some thousands at once; the next run goes on.
    """
    old = Delivery.objects.filter(created_at__lt=Now() - OTHERS_FOR)
    delivered = Delivery.objects.filter(
        state=OutboxRow.State.DONE, finished_at__lt=Now() - DELIVERED_FOR
    )
    for deliveries in (delivered, old):
        Delivery.objects.filter(pk__in=deliveries.values("pk")[:_AT_ONCE]).delete()
    remaining = Delivery.objects.filter(message=OuterRef("pk"))
    messages = Message.objects.filter(
        ~Exists(remaining), created_at__lt=Now() - DELIVERED_FOR
    ).values("pk")[:_AT_ONCE]
    _total, by_model = Message.objects.filter(pk__in=messages).delete()
    return by_model.get(Message._meta.label, 0)
