"""Entries are kept for as long as the setting says."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, PageLogEntry, Site

from cms.admin_api.audit.append_only import permit_retention

_AT_ONCE = 5_000


def purge_log() -> int:
    """Delete entries that are older than `AUDIT_LOG_DAYS`, and say so in the log.

    In batches of some thousands. Answers how many.
    """
    count = 0
    while batch := _purge_batch():
        count += batch
    if count:
        site = Site.objects.order_by("-is_default_site", "pk").first()
        if site is not None:
            log(site, "audit.purge", data={"count": count, "days": settings.AUDIT_LOG_DAYS})
    return count


@transaction.atomic
def _purge_batch() -> int:
    permit_retention()
    limit = Now() - timedelta(days=settings.AUDIT_LOG_DAYS)
    count = 0
    for model in (PageLogEntry, ModelLogEntry):
        old = model.objects.filter(timestamp__lt=limit).order_by().values("pk")[:_AT_ONCE]
        deleted, _by_model = model.objects.filter(pk__in=old).delete()
        count += deleted
    return count
