"""What GitHub says is not public, not there or not ours any more: it is away at once.

A refresh under way has perhaps got it already, so it begins anew. What is away counts no longer for
what an account had: a list that is empty without it is no failure. Whatever is still there after
all comes back with the next refresh.
"""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Now

from cms.feeds import CONTRIBUTIONS, PROJECTS, feed_updated
from integrations.github import contribution_feed, project_feed
from integrations.github.models import Account, Contribution, Feed, Project, StoredPage
from integrations.github.parsing import Item


@transaction.atomic
def take_away_repository(github_id: int, full_name: str) -> None:
    """Neither the repository nor what was contributed to it is public any more."""
    Feed.objects.begin_anew(PROJECTS, CONTRIBUTIONS)
    _take_away_project(github_id)
    _take_away_contributions({"repository_key": full_name.lower()})


@transaction.atomic
def take_away_project(github_id: int) -> None:
    """It has gone to somebody whose repositories are not shown."""
    Feed.objects.begin_anew(PROJECTS)
    _take_away_project(github_id)


@transaction.atomic
def forget_owner(github_id: int) -> None:
    """It has gone to another of our accounts, and is shown all the while."""
    Feed.objects.begin_anew(PROJECTS)
    _count_less_repositories(_owners(github_id))


@transaction.atomic
def take_away_contribution(full_name: str, number: int) -> None:
    """The pull request or issue has been deleted, or is another repository's."""
    Feed.objects.begin_anew(CONTRIBUTIONS)
    _take_away_contributions({"repository_key": full_name.lower(), "number": number})


def _take_away_project(github_id: int) -> None:
    present = list(Project.objects.present().filter(github_id=github_id))
    owners = _owners(github_id) | {project.github_id: project.owner for project in present}
    _count_less_repositories(owners)
    Project.objects.filter(pk__in=[project.pk for project in present]).update(retired_at=Now())
    if any(not project.is_hidden for project in present):
        feed_updated.send(Project, feed=PROJECTS, api_urls=project_feed.API_URLS)


def _owners(github_id: int) -> dict[int, str]:
    """Take a repository out of the stored pages; whose it was there."""
    taken = _take_out_of_pages(PROJECTS, {"github_id": github_id})
    return {item["github_id"]: item["owner"] for item in taken}


def _count_less_repositories(owners: dict[int, str]) -> None:
    for owner, number in Counter(owners.values()).items():
        left = Greatest(F("repository_count") - number, Value(0))
        Account.objects.filter(login__iexact=owner).update(repository_count=left)


def _take_away_contributions(values: dict[str, Any]) -> None:
    """Those in which all of ``values`` stand."""
    rows = Contribution.objects.filter(**values)
    shown = dict(rows.values_list("github_id", "author_key"))
    taken = _take_out_of_pages(CONTRIBUTIONS, values)
    authors = {item["github_id"]: item["author_key"] for item in taken} | shown
    for author, number in Counter(authors.values()).items():
        left = Greatest(F("contribution_count") - number, Value(0))
        Account.objects.filter(login__iexact=author).update(contribution_count=left)
    if shown:
        rows.delete()
        feed_updated.send(Contribution, feed=CONTRIBUTIONS, api_urls=contribution_feed.API_URLS)


def _take_out_of_pages(feed: str, values: dict[str, Any]) -> list[Item]:
    """Take the items in which all of ``values`` stand out of the stored pages."""
    taken = []
    for page in StoredPage.objects.filter(feed=feed, items__contains=[values]):
        gone = [item for item in page.items if values.items() <= item.items()]
        page.items = [item for item in page.items if item not in gone]
        # It is not what GitHub answered any more, so GitHub cannot say that it is unchanged.
        page.etag = ""
        page.save(update_fields=["items", "etag"])
        taken += gone
    return taken
