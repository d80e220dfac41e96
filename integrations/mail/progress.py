"""The words for what becomes of a mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Progress(models.TextChoices):
    """After a provider took the mail, in the order in which it may change: never backwards."""

    SENT = "sent", _("sent")
    DEFERRED = "deferred", _("deferred")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("reported as spam")


ORDER = {progress: number for number, progress in enumerate(("", *Progress.values))}


class EventKind(models.TextChoices):
    """What a provider can tell about a mail."""

    SENT = "sent", _("on its way")
    DEFERRED = "deferred", _("deferred")
    DELIVERED = "delivered", _("delivered")
    BLOCKED = "blocked", _("not delivered")
    BOUNCED = "bounced", _("no such mailbox")
    COMPLAINED = "complained", _("reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("wants no more")


PROGRESS_OF = {
    EventKind.SENT: Progress.SENT,
    EventKind.DEFERRED: Progress.DEFERRED,
    EventKind.DELIVERED: Progress.DELIVERED,
    EventKind.BLOCKED: Progress.BOUNCED,
    EventKind.BOUNCED: Progress.BOUNCED,
    EventKind.COMPLAINED: Progress.COMPLAINED,
}
SUPPRESSING = (EventKind.BOUNCED, EventKind.COMPLAINED)
"""For good: whatever else is sent there would come back, or annoy."""


class MailStatus(models.TextChoices):
    """All that a mail can be."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    DEFERRED = "deferred", _("deferred")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("reported as spam")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class AttemptResult(models.TextChoices):
    """What one attempt means for the mail and for the way it took."""

    SENT = "sent", _("taken")
    UNCONFIRMED = "unconfirmed", _("taken, but the answer cannot be read")
    TEMPORARY = "temporary", _("not now")
    REJECTED = "rejected", _("rejected for good")
    NO_MAILBOX = "no_mailbox", _("no such mailbox")
    REFUSED = "refused", _("the account was refused")
