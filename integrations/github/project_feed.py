"""The list of projects: all repositories of all accounts, then one exchange."""

from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Now
from django.utils.dateparse import parse_datetime

from integrations.github import parsing
from integrations.github.failures import Failure, GitHubError
from integrations.github.models import Account, GitHubSettings, Project
from integrations.github.models.projects import FROM_GITHUB
from integrations.github.pages import PER_PAGE, Collected, Run, ensure_sensible
from integrations.github.parsing import Item

MODEL = Project
API_URLS = ("/api/projects",)
_TIMES = ("created_at", "pushed_at")
_BATCH = 500


def collect(run: Run) -> Collected:
    """Ask for everything. Raises what `Run.pages` raises; nothing has been changed then."""
    collected = Collected()
    for account in accounts():
        path = f"/users/{account.login}/repos"
        pages = list(run.pages(path, _QUERY, parsing.project, account.login))
        ensure_sensible(pages, account.login)
        items: list[Item] = [item for page in pages for item in page.items]
        collected.dropped += sum(page.dropped_items for page in pages)
        if account.repository_count and not items:
            raise GitHubError(Failure.EMPTY, account.login)
        collected.counts[account.pk] = len(items)
        collected.items |= {item["github_id"]: item for item in items if is_wanted(item, account)}
    return collected


_QUERY = {
    "type": "owner",
    # The newest first: a new repository changes every page, so none can stay as it was.
    "sort": "created",
    "direction": "desc",
    "per_page": str(PER_PAGE),
}


def accounts() -> Iterable[Account]:
    return Account.objects.filter(shows_projects=True).order_by("pk")


def is_needed() -> bool:
    """Whether there is anything to ask for, or anything left from before."""
    return accounts().exists() or Project.objects.present().exists()  # type: ignore[attr-defined]


def is_wanted(item: Item, account: Account) -> bool:
    """Whether the account's settings include a repository."""
    return (
        (account.includes_forks or not item["is_fork"])
        and (account.includes_archived or not item["is_archived"])
        and item["stars"] >= account.minimum_stars
        and (not account.topics or not set(account.topics).isdisjoint(item["topics"]))
    )


def exchange(collected: Collected) -> bool:
    """Make the table say what GitHub says; in the caller's transaction. Whether visitors see it.

    Editors' columns are left alone. What came back is shown again, as it was.
    """
    settings = GitHubSettings.current()
    items = {
        key: item
        for key, item in collected.items.items()
        if settings.is_shown(item["owner"], f"{item['owner']}/{item['name']}")
    }
    known = {project.github_id: project for project in Project.objects.select_for_update()}
    gone = [p.pk for key, p in known.items() if key not in items and p.retired_at is None]
    changed = [
        project for key, project in known.items() if key in items and _update(project, items[key])
    ]
    new = [_new(item) for key, item in items.items() if key not in known]
    Project.objects.filter(pk__in=gone).update(retired_at=Now())
    Project.objects.bulk_update(changed, [*FROM_GITHUB, "retired_at"], batch_size=_BATCH)
    Project.objects.bulk_create(new, batch_size=_BATCH)
    for pk, count in collected.counts.items():
        Account.objects.filter(pk=pk).update(repository_count=count)
    is_hidden = {project.pk for project in known.values() if project.is_hidden}
    seen = [*(project.pk for project in changed), *gone]
    return bool(new) or not set(seen) <= is_hidden


def _values(item: Item) -> dict[str, Any]:
    times = {name: parse_datetime(item[name]) if item[name] else None for name in _TIMES}
    return {**item, **times, "search_text": parsing.search_text(item)}


def _new(item: Item) -> Project:
    return Project(**_values(item))


def _update(project: Project, item: Item) -> bool:
    """Whether anything of ``project`` is another now."""
    values = {**_values(item), "retired_at": None}
    differing = [name for name, value in values.items() if getattr(project, name) != value]
    for name in differing:
        setattr(project, name, values[name])
    return bool(differing)
