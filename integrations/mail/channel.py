"""Whether anything leaves at all, by one provider.

When a provider is down or refuses the account, every mail would fail alike: the way is closed, and
one mail after the other is tried as a probe until one gets through. So no mail uses up its attempts
for what is not its fault, no thread hangs on each of thousands of mails, and all of them leave as
soon as the provider is back. What else goes to a provider, as the newsletter's list, has a `Way` of
its own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from cms.ops.alarms import alert_administrators
from cms.ops.conditions import OK
from cms.ops.outbox import OutboxRow
from integrations.mail.models import Channel, OutgoingMail

FAILURES_UNTIL_CLOSED = 3
PROBE_EACH = timedelta(seconds=20)
PROBE_EACH_LATER = timedelta(minutes=5)
"""After the first hour, and when somebody has to do something before it can work again."""

_FIRST_HOUR = timedelta(hours=1)
# Longer ago than `without_job` waits for a job that is on its way.
_LONG_DUE = timedelta(minutes=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way out of one kind of rows.

    ``key``: the present provider's, by which the state is kept. ``rows``: what goes by it, with
    ``queued_at``, by which what has waited too long is given up. The words are for the log and for
    administrators: ``subject`` like "Mail", ``closed_subject`` and ``advice`` of the one mail that
    tells of a refused account.
    """

    key: Callable[[], str]
    rows: Callable[[], QuerySet[Any]]
    subject: str
    closed_subject: str
    advice: Callable[[], str]

    def current(self) -> Channel:
        """The present provider's way; not stored as long as nothing was wrong with it."""
        known = Channel.objects.filter(provider=self.key()).first()
        return known or Channel(provider=self.key())

    def is_closed(self) -> bool:
        """Whether everything waits for the provider."""
        return not self.current().is_open

    def is_probe_due(self) -> bool:
        """Whether it is time to see if something leaves again."""
        channel = self.current()
        return channel.probe_at is not None and channel.probe_at <= timezone.now()

    def _locked(self) -> Channel:
        Channel.objects.get_or_create(provider=self.key())
        return Channel.objects.select_for_update().get(provider=self.key())

    @transaction.atomic
    def note_answer(self) -> None:
        """The provider works: it took something, or had something to say against this one only."""
        if not Channel.objects.filter(provider=self.key()).exclude(
            state=Channel.State.OPEN, failures=0
        ):
            return
        channel = self._locked()
        closed_at = channel.closed_at
        channel.state, channel.failures, channel.reason = Channel.State.OPEN, 0, ""
        channel.closed_at = channel.probe_at = None
        channel.save()
        if closed_at is not None:
            logger.warning("%s leaves again", self.subject)
            failed_before = _waiting_unheld(self.rows()).exclude(last_error="")
            failed_before.update(next_attempt_at=Now() - _LONG_DUE)
            _give_time_back(self.rows(), closed_at)

    @transaction.atomic
    def note_failure(self, reason: str, *, retry_after: timedelta) -> None:
        """The provider is away, or asks to be left alone for ``retry_after``."""
        channel = self._locked()
        channel.failures = F("failures") + 1
        channel.save(update_fields=["failures"])
        channel.refresh_from_db()
        asks_for_rest = bool(retry_after)
        if channel.is_open and not asks_for_rest and channel.failures < FAILURES_UNTIL_CLOSED:
            return
        if channel.is_open:
            channel.state, channel.closed_at = Channel.State.RESTING, timezone.now()
            words = "%s cannot leave, trying again from time to time: %s"
            logger.warning(words, self.subject, reason)
        channel.reason = reason
        channel.probe_at = timezone.now() + max(retry_after, _probe_each(channel))
        channel.save()

    @transaction.atomic
    def pause(self, reason: str) -> None:
        """The provider refuses the account. Tells administrators, once."""
        channel = self._locked()
        is_new = channel.state != Channel.State.PAUSED
        channel.state, channel.reason = Channel.State.PAUSED, reason
        channel.closed_at = channel.closed_at or timezone.now()
        channel.probe_at = timezone.now() + PROBE_EACH_LATER
        channel.save()
        if is_new:
            words = "The provider refuses this account, %s waits: %s"
            logger.error(words, self.subject.lower(), reason)
            alert_administrators(
                self.closed_subject,
                f"The provider ({channel.provider}) refuses this account: {reason}.\n"
                f"{self.advice()}\n",
            )

    @transaction.atomic
    def probe_soon(self) -> None:
        """Try as soon as the worker looks, whatever was wrong."""
        closed = Channel.objects.filter(provider=self.key()).exclude(state=Channel.State.OPEN)
        closed.update(probe_at=timezone.now())

    def condition(self) -> str:
        """For /readyz."""
        channel = self.current()
        if channel.is_open:
            return OK
        if channel.state == Channel.State.PAUSED:
            return "refused by the provider"
        return "provider unavailable"


def _give_time_back(rows: QuerySet[Any], closed_at: datetime) -> None:
    """Nothing is given up for the time in which it could not leave."""
    waited_since = Greatest(F("queued_at"), Value(closed_at))
    waiting = rows.filter(state=OutboxRow.State.WAITING)
    waiting.update(queued_at=F("queued_at") + (Now() - waited_since))


def _waiting_unheld(rows: QuerySet[Any]) -> QuerySet[Any]:
    unheld = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now())
    return rows.filter(unheld, state=OutboxRow.State.WAITING)


def _probe_each(channel: Channel) -> timedelta:
    closed_at = channel.closed_at or timezone.now()
    is_recent = channel.state == Channel.State.RESTING and timezone.now() - closed_at < _FIRST_HOUR
    return PROBE_EACH if is_recent else PROBE_EACH_LATER


_MAIL = Way(
    key=lambda: str(settings.EMAIL_PROVIDER),
    rows=OutgoingMail.objects.all,
    subject="Mail",
    closed_subject="Mail cannot leave",
    advice=lambda: (
        "Mails wait and none is lost. Check the provider's key and settings, then choose "
        f"“Try now” in {settings.PUBLIC_URL}/admin/mail/"
    ),
)
current, is_closed, is_probe_due = _MAIL.current, _MAIL.is_closed, _MAIL.is_probe_due
note_answer, note_failure, pause = _MAIL.note_answer, _MAIL.note_failure, _MAIL.pause
probe_soon, condition = _MAIL.probe_soon, _MAIL.condition
