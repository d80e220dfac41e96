"""One refresh of one feed: all of it or nothing, by one process at a time.

What is shown changes in one transaction at the end. Whatever goes wrong before leaves it as it is,
says why, and is tried again later: at once where it stopped, since pages that were got in the same
run are kept.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from types import ModuleType
from typing import Any

from django.db import transaction
from django.db.models.functions import Greatest, Now

from cms.feeds import feed_updated
from integrations.github import contribution_feed, project_feed
from integrations.github.failures import Failure, GitHubError, TimeIsUpError
from integrations.github.models import Feed, GitHubSettings, StoredPage, database_now
from integrations.github.pages import BlockedError, LeaseLostError, Run, no_limit

STALE_AFTER = timedelta(minutes=15)
"""A feed is stale when a refresh is this late."""

_LONGEST_RUN = timedelta(hours=6)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
# What was got is what is wrong, so it must be asked for again.
_ABOUT_CONTENT = (Failure.EMPTY, Failure.SENSELESS)

FEEDS: dict[str, ModuleType] = {
    Feed.Name.PROJECTS: project_feed,
    Feed.Name.CONTRIBUTIONS: contribution_feed,
}

logger = logging.getLogger(__name__)


class Outcome(Enum):
    COMPLETE = "complete"
    UNFINISHED = "unfinished"
    BLOCKED = "blocked"
    FAILED = "failed"
    BUSY = "busy"


@dataclass(frozen=True)
class Result:
    """How it went. ``until``: when it goes on, if a limit keeps it from going on now."""

    outcome: Outcome
    until: datetime | None = None


def due_feeds() -> list[str]:
    """Names of the feeds that it is time for."""
    needed = [name for name, module in FEEDS.items() if module.is_needed()]
    for name in needed:
        Feed.objects.get_or_create(name=name)
    return list(Feed.objects.due(needed).values_list("name", flat=True))


def troubled_feeds() -> list[Feed]:
    """Feeds that somebody should look after: late ones, and new ones that do not come in."""
    late = Feed.objects.filter(stale_at__lt=Now())
    missing = Feed.objects.filter(fetched_at=None, failures__gt=2)
    return [feed for feed in late | missing if FEEDS[feed.name].is_needed()]


def refresh(
    name: str,
    *,
    is_time_up: Callable[[], bool] = no_limit,
    on_request: Callable[[], object] = lambda: None,
) -> Result:
    """Refresh a feed, or go on with it. Call it outside of a transaction.

    `BUSY` if another process is doing so, `UNFINISHED` if ``is_time_up``.
    """
    feed = Feed.objects.acquire(name)
    if feed is None:
        return Result(Outcome.BUSY)
    try:
        run_id = _begin_or_go_on(feed)
        run = Run(feed, run_id, is_time_up=is_time_up, on_request=on_request)
        return _attempt(run)
    except LeaseLostError:
        return Result(Outcome.BUSY)
    finally:
        feed.change_if_held(lease_token=None, lease_expires_at=None)


def _begin_or_go_on(feed: Feed) -> uuid.UUID:
    now = database_now()
    if feed.run_id and feed.run_started_at and now - feed.run_started_at < _LONGEST_RUN:
        return feed.run_id
    run_id = uuid.uuid4()
    held = feed.change_if_held(
        run_id=run_id,
        run_started_at=now,
        requests=0,
        unchanged_pages=0,
        dropped_items=0,
    )
    if not held:
        raise LeaseLostError
    feed.run_started_at = now
    return run_id


def _attempt(run: Run) -> Result:
    feed = run.feed
    try:
        collected = FEEDS[feed.name].collect(run)
        with transaction.atomic():
            _complete(run, collected)
    except TimeIsUpError:
        return Result(Outcome.UNFINISHED)
    except BlockedError as blocked:
        return _wait(feed, blocked)
    except GitHubError as error:
        return _fail(feed, error.failure, error.subject)
    except LeaseLostError:
        raise
    except Exception:
        # Whatever it is, the feed must say so, and the other feed must have its turn.
        logger.exception("The refresh of %s failed", feed.name)
        return _fail(feed, Failure.INTERNAL, "")
    return Result(Outcome.COMPLETE)


def _complete(run: Run, collected: Any) -> None:
    """The exchange, and what follows from it."""
    feed = run.feed
    module = FEEDS[feed.name]
    held = feed.change_if_held(
        **_times(is_used=module.accounts().exists()),
        run_id=None,
        failure="",
        failure_subject="",
        failed_at=None,
        failures=0,
        dropped_items=collected.dropped,
    )
    if not held:
        raise LeaseLostError
    # What was asked for after this run had begun may not be in it.
    Feed.objects.filter(pk=feed.pk, requested_at__lte=feed.run_started_at).update(requested_at=None)
    is_changed = module.exchange(collected)
    StoredPage.objects.filter(feed=feed.name).exclude(run_id=run.run_id).delete()
    if is_changed:
        feed_updated.send(module.MODEL, feed=feed.name, api_urls=module.API_URLS)
    logger.info("Refreshed %s from GitHub, %s", feed.name, "changed" if is_changed else "as before")


def _times(*, is_used: bool) -> dict[str, datetime | None]:
    """When it was fetched and when again; without anybody to ask about it is neither."""
    if not is_used:
        return dict.fromkeys(("fetched_at", "stale_at", "next_refresh_at"))
    now, between = database_now(), GitHubSettings.current().time_between_refreshes
    return {
        "fetched_at": now,
        "stale_at": now + between + STALE_AFTER,
        "next_refresh_at": now + between,
    }


def _wait(feed: Feed, blocked: BlockedError) -> Result:
    if blocked.failure is Failure.SERVER_ERROR:
        _fail(feed, blocked.failure, "", not_before=blocked.until)
        return Result(Outcome.BLOCKED, blocked.until)
    failure = {} if blocked.failure is None else {"failure": blocked.failure, "failed_at": Now()}
    feed.change_if_held(next_refresh_at=blocked.until, **failure)
    logger.info("GitHub's limit keeps %s waiting until %s", feed.name, blocked.until)
    return Result(Outcome.BLOCKED, blocked.until)


def _fail(feed: Feed, failure: Failure, subject: str, not_before: datetime | None = None) -> Result:
    pause = min(_FIRST_PAUSE * 2 ** min(feed.failures, 10), _LONGEST_PAUSE)
    run = {"run_id": None} if failure in _ABOUT_CONTENT else {}
    feed.change_if_held(
        failure=failure,
        failure_subject=subject[:200],
        failed_at=Now(),
        failures=min(feed.failures + 1, 100),
        # PostgreSQL leaves out what is NULL.
        next_refresh_at=Greatest(Now() + pause, not_before),
        **run,
    )
    logger.warning("Refresh of %s from GitHub failed: %s", feed.name, failure.value)
    return Result(Outcome.FAILED)
