"""One attempt to send a mail, and what follows from its outcome."""

import random
import time
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from integrations.mail import channel, suppressions, transport
from integrations.mail.models import Attempt, OutgoingMail
from integrations.mail.outbox import ALARM
from integrations.mail.progress import AttemptResult, EventKind, Progress
from integrations.mail.signals import mail_changed

PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
)
"""After each failed attempt; the last one again and again."""

GIVEN_UP_AFTER = timedelta(days=3)
"""In which the way was open: what waits for the provider loses no time (`channel.note_answer`)."""
_JITTER = 0.2
_TAKEN = (AttemptResult.SENT, AttemptResult.UNCONFIRMED)


def deliver(mail: OutgoingMail, *, is_probe: bool = False) -> Attempt | None:
    """Send the held ``mail`` once and settle what follows. None if there is nothing to send.

    Call it outside of a transaction: it takes up to `transport.TOTAL_SECONDS`.
    """
    if mail.progress:
        # A delivery event has told that it left, although nobody lived to note it.
        mail.finish()
        return None
    if suppressions.is_suppressed(mail.canonical_recipient):
        _withhold(mail)
        return None
    started_at, clock = timezone.now(), time.monotonic()
    message = transport.as_message(mail)
    if not connection.in_atomic_block:
        # The provider may take its time: the database should not keep a connection for that long.
        close_old_connections()
    outcome = transport.send(message)
    made = Attempt(
        mail=mail,
        provider=settings.EMAIL_PROVIDER,
        started_at=started_at,
        duration_ms=round((time.monotonic() - clock) * 1000),
        result=outcome.result,
        status=outcome.status,
        answer=outcome.answer,
    )
    with transaction.atomic():
        made.save()
        _settle(mail, outcome, is_probe=is_probe)
    _note(outcome)
    return made


@transaction.atomic
def _withhold(mail: OutgoingMail) -> None:
    """Mail came back from this address, or its owner has complained."""
    if mail.cancel():
        OutgoingMail.objects.filter(pk=mail.pk).update(is_suppressed=True)
        mail.refresh_from_db()
        mail_changed.send(OutgoingMail, mail=mail)


def _settle(mail: OutgoingMail, outcome: transport.Outcome, *, is_probe: bool) -> None:
    match outcome.result:
        case AttemptResult.SENT | AttemptResult.UNCONFIRMED:
            _finish(mail, outcome, Progress.SENT)
        case AttemptResult.NO_MAILBOX:
            _finish(mail, outcome, Progress.BOUNCED)
            suppressions.suppress(mail.canonical_recipient, EventKind.BOUNCED)
        case AttemptResult.REJECTED:
            give_up(mail, _error(outcome))
        case AttemptResult.REFUSED:
            # Not the mail's fault. It waits until the way is open again.
            mail.postpone(after=pause_after(1), error=_error(outcome))
        case AttemptResult.TEMPORARY:
            _wait(mail, outcome, is_probe=is_probe)


def _finish(mail: OutgoingMail, outcome: transport.Outcome, progress: Progress) -> None:
    # Even without the lease: whoever has it will find that there is nothing left to do.
    OutgoingMail.objects.filter(pk=mail.pk).update(
        provider=settings.EMAIL_PROVIDER,
        provider_message_id=outcome.provider_message_id,
        is_unconfirmed=outcome.result == AttemptResult.UNCONFIRMED,
        last_error="",
    )
    # Unless an event was quicker.
    OutgoingMail.objects.filter(pk=mail.pk, progress="").update(
        progress=progress, progress_at=Now()
    )
    mail.finish()
    mail_changed.send(OutgoingMail, mail=mail)


def _wait(mail: OutgoingMail, outcome: transport.Outcome, *, is_probe: bool) -> None:
    after = max(pause_after(mail.attempts), outcome.retry_after)
    if is_probe:
        # It says more about the way than about this mail.
        mail.postpone(after=after, error=_error(outcome))
    elif timezone.now() - mail.queued_at > GIVEN_UP_AFTER:
        give_up(mail, _error(outcome))
    else:
        mail.retry(after=after, error=_error(outcome))


def give_up(mail: OutgoingMail, error: str) -> None:
    """A dead letter. An alarm that cannot be sent must raise no alarm."""
    if not mail.give_up(error=error):
        return
    if mail.template == ALARM:
        OutgoingMail.objects.filter(pk=mail.pk).update(reported_at=Now())
    mail_changed.send(OutgoingMail, mail=mail)


def _note(outcome: transport.Outcome) -> None:
    """What the outcome says of the way out."""
    reason = str(outcome.status) if outcome.status else outcome.answer
    if outcome.result == AttemptResult.REFUSED:
        channel.pause(reason[:200])
    elif outcome.result == AttemptResult.TEMPORARY and not outcome.is_about_mailbox:
        channel.note_failure(reason[:200], retry_after=outcome.retry_after)
    else:
        channel.note_answer()


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the failed attempt number ``attempts``, counted from 1.

    A bit longer each time by chance, so that what failed together does not come back together.
    """
    pause = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return pause * random.uniform(1, 1 + _JITTER)  # noqa: S311 - no secret


def _error(outcome: transport.Outcome) -> str:
    return f"{outcome.status or ''} {outcome.answer}".strip()
