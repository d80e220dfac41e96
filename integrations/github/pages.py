"""Lists of GitHub's page by page, each asked for once in a run and only if it has changed."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from requests.utils import parse_header_links

from cms.http.advisory_lock import lock_across_transactions
from integrations.github import budget, client
from integrations.github.client import Answer
from integrations.github.failures import Failure, GitHubError, LimitError, TimeIsUpError
from integrations.github.models import Feed, StoredPage
from integrations.github.models.feeds import LEASE
from integrations.github.parsing import BadItemError, Item
from integrations.github.verdict import ensure_usable

CORE, SEARCH = "core", "search"
PER_PAGE = 100
_MOST_PAGES = 500

Parse = Callable[[Any], Item | None]


class LeaseLostError(Exception):
    """Another process refreshes the feed now."""


def no_limit() -> bool:
    return False


@dataclass
class Run:
    """One refresh of one feed, perhaps over several jobs. ``feed`` is held.

    Pages that carry ``run_id`` have been got in it already. ``is_time_up`` is asked before every
    request, ``on_request`` told after it.
    """

    feed: Feed
    run_id: uuid.UUID
    is_time_up: Callable[[], bool] = no_limit
    on_request: Callable[[], object] = field(default=lambda: None)

    def pages(self, path: str, query: dict[str, str], parse: Parse, subject: str) -> Iterator[Any]:
        """The pages of a list, first to last."""
        url = f"{settings.GITHUB_API_URL}{path}?{urlencode(query)}"
        resource = SEARCH if path.startswith("/search/") else CORE
        for _number in range(_MOST_PAGES):
            page = self._page(url, resource, parse, subject)
            yield page
            if not page.next_url:
                return
            url = client.own_url(page.next_url)
        raise GitHubError(Failure.SENSELESS, subject)

    def _page(self, url: str, resource: str, parse: Parse, subject: str) -> StoredPage:
        stored = StoredPage.objects.filter(feed=self.feed.name, url=url[:1000]).first()
        if stored and stored.run_id == self.run_id:
            return stored
        is_ours = stored is not None and stored.token_key == budget.token_key()
        answer = self._ask(url, resource, stored.etag if stored and is_ours else "", subject)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            if stored is None:
                raise GitHubError(Failure.SENSELESS, subject)
            stored.run_id = self.run_id
            stored.save(update_fields=["run_id"])
            Feed.objects.filter(pk=self.feed.pk).update(unchanged_pages=F("unchanged_pages") + 1)
            return stored
        return self._store(url, answer, parse, subject)

    def _ask(self, url: str, resource: str, etag: str, subject: str) -> Answer:
        # The other feed, or a push, may have another process ask for it.
        with lock_across_transactions("github.request"):
            return self._ask_alone(url, resource, etag, subject)

    def _ask_alone(self, url: str, resource: str, etag: str, subject: str) -> Answer:
        if self.is_time_up():
            raise TimeIsUpError
        until = budget.blocked_until(resource)
        if until is not None:
            raise BlockedError(until)
        if not self.feed.change_if_held(lease_expires_at=Now() + LEASE, requests=F("requests") + 1):
            raise LeaseLostError
        try:
            answer = client.get(url, etag=etag)
        except GitHubError as error:
            error.subject = error.subject or subject
            raise
        finally:
            self.on_request()
        budget.record(resource, answer)
        try:
            ensure_usable(answer, subject)
        except LimitError as error:
            raise BlockedError(budget.block(error, resource), error.failure) from error
        budget.allow_again()
        return answer

    def _store(self, url: str, answer: Answer, parse: Parse, subject: str) -> StoredPage:
        raw, total = _items(answer.document, subject)
        items, dropped = parse_all(raw, parse)
        page, _created = StoredPage.objects.update_or_create(
            feed=self.feed.name,
            url=url[:1000],
            defaults={
                "token_key": budget.token_key(),
                "etag": _etag(answer),
                "next_url": _next_url(url, answer),
                "total_count": total,
                "items": items,
                "received_items": len(raw),
                "dropped_items": dropped,
                "run_id": self.run_id,
            },
        )
        return page


class BlockedError(Exception):
    """A limit forbids requests until ``until``; ``failure`` if GitHub has just said so."""

    def __init__(self, until: Any, failure: Failure | None = None) -> None:
        super().__init__(str(until))
        self.until = until
        self.failure = failure


@dataclass
class Collected:
    """All that a run has brought: items by GitHub's id, how many GitHub has of each account (by its
    key), and how many were no good.
    """

    items: dict[int, Item] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    dropped: int = 0


def ensure_sensible(pages: Sequence[StoredPage], subject: str) -> None:
    """Raise `GitHubError` if all that was got of a list is no good: then it is no such list.

    Of the list as a whole: the last page of a good one may well be a single bad item.
    """
    dropped = sum(page.dropped_items for page in pages)
    if dropped and dropped == sum(page.received_items for page in pages):
        raise GitHubError(Failure.SENSELESS, subject)


def parse_all(raw: list[Any], parse: Parse) -> tuple[list[Item], int]:
    """The good items, and how many there were that could not be used."""
    items, dropped = [], 0
    for one in raw:
        try:
            item = parse(one)
        except BadItemError:
            dropped += 1
        else:
            items += [item] if item is not None else []
    return items, dropped


def _items(document: Any, subject: str) -> tuple[list[Any], int | None]:
    """The items of a list or of a search, and how many there are on all pages of the latter."""
    if isinstance(document, list):
        return document, None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise GitHubError(Failure.SENSELESS, subject)
    total = document.get("total_count")
    if not isinstance(total, int) or isinstance(total, bool) or not 0 <= total < 2**31:
        raise GitHubError(Failure.SENSELESS, subject)
    if document.get("incomplete_results") is not False:
        raise GitHubError(Failure.INCOMPLETE, subject)
    return document["items"], total


def _etag(answer: Answer) -> str:
    etag = answer.headers.get("etag", "")
    return etag if len(etag) <= 300 and etag.isprintable() else ""


def _next_url(url: str, answer: Answer) -> str:
    links = parse_header_links(answer.headers.get("link", ""))
    found = [link["url"] for link in links if "next" in link.get("rel", "").lower().split()]
    if not found:
        return ""
    following = client.own_url(urljoin(url, found[0]))
    if len(following) > 1000 or following == url:
        raise GitHubError(Failure.SENSELESS)
    return following
