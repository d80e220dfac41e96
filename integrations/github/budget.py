"""How much may be asked, kept in the database so that no restart forgets it."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Now

from integrations.github.client import Answer
from integrations.github.failures import LimitError
from integrations.github.models import Budget, database_now
from integrations.github.verdict import until_reset

EVERYTHING = ""
_SHORTEST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


def token_key() -> str:
    """Tells tokens apart without telling them; ETags and budgets belong to one."""
    token = settings.GITHUB_TOKEN
    return hashlib.sha256(token.encode()).hexdigest()[:16] if token else "anonymous"


def blocked_until(resource: str) -> datetime | None:
    """Until when nothing of ``resource`` may be asked for; ``None`` if something may be now."""
    rows = Budget.objects.filter(
        token_key=token_key(), resource__in=(resource, EVERYTHING), blocked_until__gt=Now()
    )
    moment: datetime | None = rows.aggregate(until=Max("blocked_until"))["until"]
    return moment


def record(resource: str, answer: Answer) -> None:
    """Keep what the headers of an answer say. The last request allowed blocks the next."""
    remaining = _number(answer.headers.get("x-ratelimit-remaining"))
    if remaining is None:
        return
    wait = until_reset(answer.headers)
    resets_at = None if wait is None else database_now() + wait
    Budget.objects.update_or_create(
        token_key=token_key(),
        resource=answer.headers.get("x-ratelimit-resource", resource)[:40],
        defaults={
            "allowed": _number(answer.headers.get("x-ratelimit-limit")),
            "remaining": remaining,
            "resets_at": resets_at,
            "blocked_until": resets_at if remaining == 0 else None,
        },
    )


def block(error: LimitError, resource: str) -> datetime:
    """Ask nothing until the limit has passed; answers when that is.

    A secondary limit concerns everything. Without a time it is a minute, and each time in a row
    twice as long, as GitHub asks for.
    """
    is_primary = error.failure == error.failure.PRIMARY_LIMIT
    row, _created = Budget.objects.get_or_create(
        token_key=token_key(), resource=resource if is_primary else EVERYTHING
    )
    wait = error.wait
    if wait is None:
        wait = min(_SHORTEST_WAIT * 2 ** min(row.refusals, 10), _LONGEST_WAIT)
    until = database_now() + wait
    row.refusals = min(row.refusals + 1, 100)
    row.blocked_until = until
    row.save(update_fields=["refusals", "blocked_until"])
    return until


def allow_again() -> None:
    """An answer was good: the next refusal is the first in a row again."""
    Budget.objects.filter(token_key=token_key(), refusals__gt=0).update(refusals=0)


def _number(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 9
    return int(text) if text is not None and is_number else None
