"""Mail to `ADMINS` about dead letters: each is reported once, and all new ones in one mail."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now

from cms.ops.outbox import OutboxRow, State, outbox_models

ALARM_HEADER = "X-Alarm"
"""Marks mails to administrators on their way to `EMAIL_BACKEND`; it is not sent."""

_MOST_LISTED = 20

logger = logging.getLogger(__name__)


def report_dead_letters() -> int:
    """Mail what was given up and not reported yet; answers how many rows that were.

    Reported only after the mail was taken: if it is not, the next call tries again. Never raises
    because of the mail.
    """
    if not settings.ADMINS:
        return 0
    unreported = {model: _unreported(model) for model in outbox_models()}
    lines = [_line(row) for rows in unreported.values() for row in rows]
    if not lines:
        return 0
    if not alert_administrators(f"{len(lines)} given up", _body(lines)):
        return 0
    for model, rows in unreported.items():
        mine = model._default_manager.filter(pk__in=[row.pk for row in rows], state=State.DEAD)
        mine.update(reported_at=Now())
    return len(lines)


def alert_administrators(subject: str, body: str) -> bool:
    """Mail `ADMINS`; whether the mail was taken. Never raises because of it."""
    if not settings.ADMINS:
        return False
    message = EmailMessage(
        subject=f"[{settings.WAGTAIL_SITE_NAME}] {subject}",
        body=body,
        from_email=settings.SERVER_EMAIL,
        to=[address for _name, address in settings.ADMINS],
        headers={ALARM_HEADER: "yes"},
    )
    try:
        # Whatever goes wrong in the database must not end the transaction of the caller.
        with transaction.atomic():
            message.send()
    except Exception as error:  # noqa: BLE001 - the alarm is not the work
        # Without the text of the error: it may quote an address.
        logger.warning("The mail “%s” was not taken: %s", subject, type(error).__name__)
        return False
    return True


def _unreported(model: type[OutboxRow]) -> list[OutboxRow]:
    rows = model._default_manager.filter(state=State.DEAD, reported_at=None)
    return list(rows.order_by("finished_at", "pk"))


def _line(row: OutboxRow) -> str:
    # No error: it may quote an address.
    return f"{row._meta.label} {row.pk}, after {row.attempts} attempts, {row.finished_at:%F %T} UTC"


def _body(lines: list[str]) -> str:
    listed = lines[:_MOST_LISTED]
    if len(lines) > len(listed):
        listed.append(f"… and {len(lines) - len(listed)} more")
    return (
        "What follows could not be done and is not tried again by itself:\n\n"
        + "\n".join(listed)
        + f"\n\nSee why, and send again or cancel, in {settings.PUBLIC_URL}/admin/\n"
    )
