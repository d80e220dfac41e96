"""What GitHub has pushed about contributions: the person's latest ones are asked for, not all."""

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from cms.feeds import feed_updated
from integrations.github import contribution_feed, parsing
from integrations.github.failures import GitHubError, TimeIsUpError
from integrations.github.models import Account, Feed, Push, StoredPage, database_now
from integrations.github.models.feeds import SETTLES_WITHIN
from integrations.github.pages import BlockedError, LeaseLostError, Run, ensure_sensible
from integrations.github.parsing import Item

KEPT_FOR = timedelta(days=30)
_LOOKS_BACK = timedelta(days=1)

logger = logging.getLogger(__name__)


def waiting_pushes() -> QuerySet[Push]:
    """Pushes that GitHub's search has had time to take in."""
    return Push.objects.filter(handled_at=None, received_at__lte=Now() - SETTLES_WITHIN)


def refresh_pushed(is_time_up: Callable[[], bool]) -> None:
    """Bring what was pushed. If GitHub does not answer, the next whole refresh is soon."""
    pushes = list(waiting_pushes().values_list("pk", "login"))
    if not pushes:
        return
    name = Feed.Name.CONTRIBUTIONS
    # While GitHub is left alone they wait; the refresh after it brings them, too.
    if Feed.objects.paused().filter(name=name).exists():
        return
    feed = Feed.objects.acquire(name)
    if feed is None:
        return
    try:
        # An id of its own: no page of the whole refresh, half done perhaps, is taken or given.
        run = Run(feed, uuid.uuid4(), is_time_up=is_time_up)
        _bring({login for _pk, login in pushes}, run)
    except (BlockedError, LeaseLostError, TimeIsUpError):
        # They wait for the next job.
        return
    except GitHubError as error:
        logger.warning("What GitHub pushed cannot be got: %s", error.failure.value)
        Feed.objects.request(feed.name)
    finally:
        feed.change_if_held(lease_token=None, lease_expires_at=None)
    Push.objects.filter(pk__in=[pk for pk, _login in pushes]).update(handled_at=Now())


def _bring(logins: set[str], run: Run) -> None:
    people = [
        account for account in contribution_feed.accounts() if account.login.lower() in logins
    ]
    found = _found(people, run)
    with transaction.atomic():
        if contribution_feed.store(found):
            _ask_again(people, run)
            feed_updated.send(
                contribution_feed.MODEL, feed=run.feed.name, api_urls=contribution_feed.API_URLS
            )


def _ask_again(people: list[Account], run: Run) -> None:
    """Have a whole refresh that is half done ask again about ``people``.

    Their pages are from before the push, and would undo it.
    """
    if run.feed.run_id is None:
        return
    pages = StoredPage.objects.filter(feed=run.feed.name, run_id=run.feed.run_id)
    for account in people:
        for kind in contribution_feed.KINDS:
            query = urlencode({"q": contribution_feed.terms(account.login, kind)})
            pages.filter(url__contains=f"?{query}+").update(run_id=run.run_id)


def _found(people: list[Account], run: Run) -> dict[int, Item]:
    since = f"{database_now() - _LOOKS_BACK:%Y-%m-%dT%H:%M:%SZ}"
    found: dict[int, Item] = {}
    for account in people:
        pages: list[StoredPage] = []
        for kind in contribution_feed.KINDS:
            query = contribution_feed.recent_query(account.login, kind, since)
            pages += run.pages("/search/issues", query, parsing.contribution, account.login)
        ensure_sensible(pages, account.login)
        found |= {item["github_id"]: item for page in pages for item in page.items}
    return found


def purge() -> int:
    """Forget pushes that nobody sends again."""
    deleted, _by_model = Push.objects.filter(received_at__lt=Now() - KEPT_FOR).delete()
    return deleted
