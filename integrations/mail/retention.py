"""How long it is kept what was sent to whom: addresses and words are personal data."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from cms.ops.outbox import OutboxRow
from integrations.mail.models import DeliveryEvent, OutgoingMail

SENT_FOR = timedelta(days=30)
OTHERS_FOR = timedelta(days=90)
"""Failed and withdrawn ones, which somebody may still want to look into."""

_AT_ONCE = 5_000


def purge() -> int:
    """Delete mails that had their time, with attempts and attachments; answers how many.

    Nothing that waits. At most some thousands at once; the next run goes on.
    """
    is_old = Q(state=OutboxRow.State.DONE, finished_at__lt=Now() - SENT_FOR) | Q(
        state__in=(OutboxRow.State.DEAD, OutboxRow.State.CANCELLED),
        finished_at__lt=Now() - OTHERS_FOR,
    )
    old = OutgoingMail.objects.filter(is_old).values("pk")[:_AT_ONCE]
    told = DeliveryEvent.objects.filter(received_at__lt=Now() - OTHERS_FOR).values("pk")[:_AT_ONCE]
    DeliveryEvent.objects.filter(pk__in=told).delete()
    return erase(OutgoingMail.objects.filter(pk__in=old))


@transaction.atomic
def erase(mails: QuerySet[OutgoingMail]) -> int:
    """Delete ``mails`` with attempts, attachments, and what providers have told in words.

    Answers how many.
    """
    # Locked, so that no event comes in between.
    keys = list(mails.order_by("pk").select_for_update().values_list("pk", flat=True))
    DeliveryEvent.objects.filter(mail__in=keys).update(detail="")
    _total, by_model = OutgoingMail.objects.filter(pk__in=keys).delete()
    return by_model.get(OutgoingMail._meta.label, 0)
