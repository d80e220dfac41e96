"""The list of contributions: every pull request and issue of all people, then one exchange."""

from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_datetime

from integrations.github import parsing
from integrations.github.failures import Failure, GitHubError
from integrations.github.models import Account, Contribution, GitHubSettings
from integrations.github.pages import PER_PAGE, Collected, Run, ensure_sensible
from integrations.github.parsing import Item
from integrations.github.windows import search

MODEL = Contribution
API_URLS = ("/api/contributions",)
KINDS = ("pr", "issue")
_TIMES = ("created_at", "closed_at", "merged_at")
_BATCH = 1_000


def collect(run: Run) -> Collected:
    """Ask for everything. Raises what `Run.pages` raises; nothing has been changed then."""
    collected = Collected()
    for account in accounts():
        pages = [
            page
            for kind in KINDS
            for page in search(run, terms(account.login, kind), parsing.contribution, str(account))
        ]
        ensure_sensible(pages, str(account))
        found = {item["github_id"]: item for page in pages for item in page.items}
        collected.dropped += sum(page.dropped_items for page in pages)
        if account.contribution_count and not found:
            raise GitHubError(Failure.EMPTY, str(account))
        collected.counts[account.pk] = len(found)
        collected.items |= found
    return collected


def accounts() -> Iterable[Account]:
    return Account.objects.filter(shows_contributions=True).order_by("pk")


def is_needed() -> bool:
    """Whether there is anything to ask for, or anything left from before."""
    return accounts().exists() or Contribution.objects.exists()  # type: ignore[attr-defined]


def terms(login: str, kind: str) -> str:
    return f"author:{login} is:public is:{kind}"


def exchange(collected: Collected) -> bool:
    """Make the table say what GitHub says; in the caller's transaction. Whether visitors see it."""
    items = _shown(collected.items)
    known = dict(Contribution.objects.values_list("github_id", "pk"))
    gone = [pk for key, pk in known.items() if key not in items]
    for start in range(0, len(gone), _BATCH):
        Contribution.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
    for pk, count in collected.counts.items():
        Account.objects.filter(pk=pk).update(contribution_count=count)
    is_changed = store(items)
    return bool(gone) or is_changed


def store(items: dict[int, Item]) -> bool:
    """Add and change what is in ``items``, and nothing else. Whether anything is another now."""
    items = _shown(items)
    known = {row.github_id: row for row in _rows(items)}
    changed = [row for key, row in known.items() if _update(row, items[key])]
    new = [Contribution(**_values(item)) for key, item in items.items() if key not in known]
    Contribution.objects.bulk_update(changed, _COLUMNS, batch_size=200)
    Contribution.objects.bulk_create(new, batch_size=_BATCH)
    return bool(changed or new)


_COLUMNS = [
    field.name
    for field in Contribution._meta.concrete_fields
    if field.name not in ("id", "github_id")
]


def _shown(items: dict[int, Item]) -> dict[int, Item]:
    settings = GitHubSettings.current()
    hidden = settings.never_shown
    return {
        key: item
        for key, item in items.items()
        if hidden.isdisjoint(
            (item["author_key"], item["repository_key"], item["repository_key"].partition("/")[0])
        )
    }


def _rows(items: dict[int, Item]) -> Iterable[Contribution]:
    keys = list(items)
    for start in range(0, len(keys), _BATCH):
        yield from Contribution.objects.filter(github_id__in=keys[start : start + _BATCH])


def _values(item: Item) -> dict[str, Any]:
    times = {name: parse_datetime(item[name]) if item[name] else None for name in _TIMES}
    return {**item, **times}


def _update(row: Contribution, item: Item) -> bool:
    values = _values(item)
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    return bool(differing)


def recent_query(login: str, kind: str, since: str) -> dict[str, str]:
    """What of one person has changed lately, the latest change first."""
    return {
        "q": f"{terms(login, kind)} updated:>={since}",
        "sort": "updated",
        "order": "desc",
        "per_page": str(PER_PAGE),
    }
