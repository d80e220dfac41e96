"""Empties the caches in front of the site when its public content has changed.

As a whole and not by address, so one purge serves all changes before it: what counts is that a
purge that succeeded began when a change could be read everywhere, or later. Publishing never waits
for it. What tells others of a change waits (`is_purged`), as long as old answers may be about.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Now
from wagtail.contrib.frontend_cache.utils import get_backends

from cms.content_version.version import VISIBLE_AFTER, current_version
from cms.models import OuterCacheState
from cms.ops.alarms import alert_administrators
from cms.ops.outer_cache_backends import PurgeFailedError

OUTDATED_AFTER = timedelta(seconds=60)
"""No cache that keeps to `Cache-Control` answers with what was before after so long, purged or not:
fresh for 10 s, stale while it asks again for 30 s more (`cms.http.lifetimes`).
"""
REPORTED_AFTER = timedelta(minutes=5)

# Longer than a purge can take: what was claimed by a process that died is free again then.
_CLAIMED_FOR = timedelta(seconds=60)
_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 300

logger = logging.getLogger(__name__)


def notice_change() -> None:
    """Note that the content is another one now, if it is. Cheap when it is not."""
    if not settings.OUTER_CACHES:
        return
    OuterCacheState.objects.get_or_create(pk=1)
    version = current_version()
    _row().exclude(content_version=version).update(content_version=version, changed_at=Now())


def purge_if_changed() -> None:
    """Purge what has changed and can be read everywhere by now."""
    notice_change()
    is_outdated = Q(purged_at=None) | Q(purged_at__lt=F("changed_at") + VISIBLE_AFTER)
    if _row().filter(is_outdated, changed_at__lte=Now() - VISIBLE_AFTER).exists():
        _purge()


def is_purged(*, since: datetime) -> bool:
    """Whether no cache in front answers with what was before ``since``; purges if need be.

    False while somebody else is at it, and while a purge fails: ask again in a moment. Call it when
    ``since`` has passed, outside of a transaction.
    """
    if not settings.OUTER_CACHES:
        return True
    done = _row().filter(purged_at__gte=since)
    return done.exists() or (_purge() and done.exists())


def condition() -> str | None:
    """For /readyz: "ok", or for how long the caches could not be purged; None without any."""
    if not settings.OUTER_CACHES:
        return None
    seconds = failing_seconds()
    return f"not purged for {seconds:.0f} s" if seconds else "ok"


def failing_seconds() -> float:
    """Since the first of the failures in a row, 0 without any."""
    if not settings.OUTER_CACHES:
        return 0.0
    failing = _row().filter(failing_since__isnull=False)
    duration = failing.values_list(Now() - F("failing_since"), flat=True).first()
    return 0.0 if duration is None else max(float(duration.total_seconds()), 0.001)


def report_failure() -> bool:
    """Mail `ADMINS` once when the caches could not be purged for minutes; whether it was mailed."""
    if not settings.OUTER_CACHES:
        return False
    failing = _row().filter(failing_since__lt=Now() - REPORTED_AFTER, reported_at=None)
    if not failing.exists():
        return False
    if not alert_administrators("caches are not purged", _REPORT):
        return False
    return bool(failing.update(reported_at=Now()))


_REPORT = (
    "The caches in front of the site could not be emptied for more than five minutes. They may\n"
    "answer with what was published before for as long as they keep answers, and frontends are\n"
    "told of changes a minute late. It is tried again and again; the worker's log says why.\n"
)


def _row() -> QuerySet[OuterCacheState]:
    return OuterCacheState.objects.filter(pk=1)


def _purge() -> bool:
    """Empty every cache, the innermost first; False if that failed or is not to be done now."""
    # One statement, so of all that want it now one does it.
    claimed = _row().filter(next_attempt_at__lte=Now())
    if not claimed.update(next_attempt_at=Now() + _CLAIMED_FOR):
        return False
    began_at = _row().get().next_attempt_at - _CLAIMED_FOR
    backends = get_backends(backend_settings=settings.OUTER_CACHES)
    try:
        for backend in backends.values():
            backend.purge_everything()
    except PurgeFailedError as error:
        _note_failure(error)
        return False
    pause = max(backend.seconds_between_purges for backend in backends.values())
    _note_success(began_at, timedelta(seconds=pause))
    return True


def _note_failure(error: PurgeFailedError) -> None:
    failures = _row().get().failures
    pause = min(_FIRST_PAUSE_SECONDS * 2 ** min(failures, 10), _LONGEST_PAUSE_SECONDS)
    logger.warning("The caches in front were not purged, again in %d s: %s", pause, error)
    _row().update(
        failures=F("failures") + 1,
        failing_since=Coalesce("failing_since", Now()),
        next_attempt_at=Now() + timedelta(seconds=pause),
    )


def _note_success(began_at: datetime, pause: timedelta) -> None:
    if _row().get().failures:
        logger.info("The caches in front are purged again")
    _row().update(
        purged_at=Greatest("purged_at", began_at),
        next_attempt_at=Now() + pause,
        failures=0,
        failing_since=None,
        reported_at=None,
    )
