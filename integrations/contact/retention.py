"""Messages are erased when their time is over."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from wagtail.log_actions import log

from integrations.contact.models import ContactMessage, ContactSettings
from integrations.contact.services import erase

_AT_ONCE = 500

logger = logging.getLogger(__name__)


def purge() -> int:
    """Erase every message older than the settings say. Answers how many, and says so in the log.

    In batches of some hundreds, so that nobody waits for a lock of thousands.
    """
    count = 0
    while batch := _purge_batch():
        count += batch
    if count:
        settings = ContactSettings.load()
        log(settings, "contact.purge", data={"count": count, "days": settings.retention_days})
        logger.info("%d contact messages were erased, their time was over", count)
    return count


@transaction.atomic
def _purge_batch() -> int:
    limit = Now() - timedelta(days=ContactSettings.load().retention_days)
    old = ContactMessage.objects.filter(received_at__lt=limit).order_by("received_at")
    return erase(messages=old[:_AT_ONCE], user=None)
