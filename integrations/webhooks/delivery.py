"""One attempt to bring a message to an endpoint, and what follows from its outcome."""

import logging
import random
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from integrations.webhooks import client, signing
from integrations.webhooks.event_types import PING
from integrations.webhooks.failures import Failure, NoAnswerError
from integrations.webhooks.models import Attempt, Delivery, Endpoint

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""After each failed attempt but the last: the schedule that Standard Webhooks 1.0 recommends."""

LONGEST_PAUSE = PAUSES[-1]
_JITTER = 0.1
_MOST_AT_ONCE_PER_ENDPOINT = 2
_USER_AGENT = "Lab-CMS-Webhooks/1.0"

logger = logging.getLogger(__name__)


def claim(delivery_id: str, *, job_id: int | None) -> Delivery | None:
    """Take a delivery that is due, unless its endpoint has enough to do with others.

    So one receiver that hangs keeps a few threads waiting and never all. Whoever ends a delivery
    takes the endpoint's next one (`next_due`).
    """
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().filter(deliveries__pk=delivery_id).first()
        if endpoint is None:
            return None
        others = Delivery.objects.held().filter(endpoint=endpoint).exclude(pk=delivery_id)
        if others.count() >= _MOST_AT_ONCE_PER_ENDPOINT:
            return None
        # With all that an attempt needs: nobody keeps a connection to the database while a receiver
        # takes its time.
        complete = Delivery.objects.select_related("endpoint", "message")
        claimed: Delivery | None = complete.claim(row_id=delivery_id, job_id=job_id)
        return claimed


def next_due(endpoint_id: int) -> Delivery | None:
    """The delivery that waits for the endpoint longest and that nobody is at."""
    due = Delivery.objects.due().filter(endpoint=endpoint_id)
    return due.order_by("next_attempt_at", "pk").first()


def attempt(delivery: Delivery) -> Attempt:
    """Send the held ``delivery`` once, note what came of it, and when to try again.

    Call it outside of a transaction: it takes up to `client.TOTAL_SECONDS`.
    """
    made, retry_after = _send(delivery)
    with transaction.atomic():
        made.save()
        _settle(delivery, made, retry_after)
    return made


def _send(delivery: Delivery) -> tuple[Attempt, str | None]:
    """The attempt, not saved yet, and the receiver's ``Retry-After``."""
    started_at, clock = timezone.now(), time.monotonic()
    made = Attempt(delivery=delivery, started_at=started_at, duration_ms=0)
    retry_after = None
    try:
        answer = _request(delivery, started_at)
    except NoAnswerError as error:
        made.failure = error.failure
    except Exception:
        # Ours to mend. It must take its turn like other failures, or it would be tried for ever.
        logger.exception("Webhook not sent: %s", delivery.message.webhook_id)
        made.failure = Failure.NOT_SENT
    else:
        made.status, made.answer = answer.status, _readable(answer.excerpt)
        retry_after = answer.retry_after
    made.duration_ms = round((time.monotonic() - clock) * 1000)
    return made, retry_after


def _request(delivery: Delivery, sent_at: datetime) -> client.Answer:
    body = delivery.message.body
    try:
        secrets = delivery.endpoint.signing_secrets(sent_at)
    except signing.UnreadableSecretError as error:
        raise NoAnswerError(Failure.UNREADABLE_SECRET) from error
    headers = signing.signed_headers(
        webhook_id=delivery.message.webhook_id, sent_at=sent_at, body=body, secrets=secrets
    )
    return client.post(
        delivery.endpoint.url,
        body=body,
        headers={"Content-Type": "application/json", "User-Agent": _USER_AGENT, **headers},
        allow_private=settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES,
    )


def _settle(delivery: Delivery, made: Attempt, retry_after: str | None) -> None:
    if made.status and 200 <= made.status < 300:
        delivery.finish()
    elif made.status == HTTPStatus.GONE:
        delivery.cancel()
        _switch_off(delivery.endpoint)
    elif delivery.message.type == PING:
        # Somebody is looking at the result, and will press the button again.
        delivery.cancel()
    elif delivery.attempts > len(PAUSES):
        delivery.give_up(error=made.result)
    else:
        delivery.retry(after=pause_after(delivery.attempts, made, retry_after), error=made.result)


def _switch_off(endpoint: Endpoint) -> None:
    """410: the receiver says that it is gone for good."""
    endpoint.state, endpoint.state_reason = Endpoint.State.DISABLED, Endpoint.Reason.GONE
    endpoint.save(update_fields=["state", "state_reason"])
    log(endpoint, "webhooks.switch_off", data={"reason": Endpoint.Reason.GONE.value})


def pause_after(attempts: int, made: Attempt, retry_after: str | None) -> timedelta:
    """How long to wait after the failed attempt number ``attempts``, counted from 1.

    A bit longer each time by chance, so that what failed together does not come back together.
    ``Retry-After`` of a 429 or 503 makes it longer, up to a day, and never shorter.
    """
    pause = PAUSES[attempts - 1] * random.uniform(1, 1 + _JITTER)  # noqa: S311 - no secret
    if made.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        asked_for = _retry_after(retry_after, made.started_at)
        return max(pause, min(asked_for, LONGEST_PAUSE))
    return pause


def _retry_after(value: str | None, now: datetime) -> timedelta:
    """Both forms of RFC 9110: seconds, and a date. 0 for everything else."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta()
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(aware - now, timedelta())


def _readable(excerpt: bytes) -> str:
    """The beginning of an answer as text that can be stored and shown."""
    text = excerpt.decode("utf-8", errors="replace")
    return "".join(
        character
        for character in text
        if character in "\n\t" or not unicodedata.category(character).startswith("C")
    )
