"""What people and GitHub's pushes can ask for."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower, Now
from wagtail.log_actions import log

from cms.feeds import PROJECTS, feed_updated
from cms.models import User
from integrations.github import project_feed, pushes
from integrations.github.models import Contribution, Feed, GitHubSettings, Project, Push
from integrations.github.models.feeds import SETTLES_WITHIN
from integrations.github.tasks import defer_refresh


@transaction.atomic
def refresh_now(*, user: User | None = None) -> None:
    """Have everything refreshed in a moment. However many ask meanwhile, it is done once."""
    _request_refresh(joins_run=True)
    for feed in Feed.objects.filter(name__in=Feed.Name.values):
        log(feed, "github.refresh", user=user)


@transaction.atomic
def refresh_after_change() -> None:
    """Have everything refreshed because somebody else, or something else, is asked about now."""
    _request_refresh(joins_run=False)


def _request_refresh(*, joins_run: bool) -> None:
    Feed.objects.request(*Feed.Name.values, joins_run=joins_run)
    Feed.objects.end_pauses(*Feed.Name.values)
    defer_refresh()


# What the log calls it when a column of the editors' has a value now, and when it has none.
_CURATION = {
    "is_featured": ("github.feature", "github.unfeature"),
    "is_hidden": ("github.hide", "github.show"),
    "sort_order": ("github.order", "github.order"),
    "summary": ("github.describe", "github.describe"),
    "cover": ("github.cover", "github.cover"),
}


def log_curation(*, project: Project, columns: Iterable[str], user: User | None) -> None:
    """Note in Wagtail's log what an editor has changed of a project, and to what."""
    for column in columns:
        value = project.serializable_value(column)
        with_value, without = _CURATION[column]
        action = with_value if value else without
        log(project, action, user=user, data={column: value}, content_changed=True)


@transaction.atomic
def move_project(*, project: Project, position: int, user: User | None = None) -> None:
    """Give a project its place among those that GitHub has; ``position`` counts from 0."""
    put_in_order(project=project, position=position)
    log_curation(project=project, columns=["sort_order"], user=user)
    project_was_edited(project)


@transaction.atomic
def put_in_order(*, project: Project, position: int) -> None:
    """Number the projects so that one has its place, and what is before it keeps its own.

    Only the places up to the last one that was chosen are stored: after it, stars decide.
    """
    projects = list(Project.objects.select_for_update().present().in_editors_order())
    projects.remove(project)
    position = min(position, len(projects))
    projects.insert(position, project)
    chosen = [n for n, each in enumerate(projects) if each.sort_order is not None]
    for number, each in enumerate(projects[: max([*chosen, position]) + 1], start=1):
        Project.objects.filter(pk=each.pk).update(sort_order=number)
    project.sort_order = position + 1


def project_was_edited(project: Project) -> None:
    """Visitors see what an editor has made of a project."""
    if project.retired_at is None:
        feed_updated.send(Project, feed=PROJECTS, api_urls=project_feed.API_URLS)


def leave_out_never_shown(settings: GitHubSettings) -> None:
    """Take away at once what asked not to be shown; a refresh never brings it again."""
    names = settings.never_shown
    full_name = Concat(Lower("owner"), Value("/"), Lower("name"))
    projects = Project.objects.alias(full_key=full_name, owner_key=Lower("owner")).filter(
        Q(full_key__in=names) | Q(owner_key__in=names), retired_at=None
    )
    owned = Q()
    for name in names:
        owned |= Q(repository_key__startswith=f"{name}/")
    mentioned = Q(author_key__in=names) | Q(repository_key__in=names)
    with transaction.atomic():
        if names and projects.update(retired_at=Now()):
            feed_updated.send(Project, feed=PROJECTS, api_urls=project_feed.API_URLS)
        if names:
            Contribution.objects.filter(mentioned | owned).delete()
        # What is on the list no more comes back, and the time between refreshes may be another.
        refresh_after_change()


@transaction.atomic
def take_push(*, event: str, body: bytes, payload: Mapping[str, Any]) -> bool:
    """Note what GitHub says has changed, to be asked for. False if this body was taken before.

    Nothing in the message is believed but which person or account to ask about, and that something
    is gone.
    """
    login = pushes.contributor(event, payload)
    _push, is_new = Push.objects.get_or_create(
        digest=hashlib.sha256(body).hexdigest(),
        defaults={"event": event[:60], "login": login, "handled_at": None if login else Now()},
    )
    if not is_new:
        return False
    pushes.take_away_what_is_gone(event, payload)
    feeds = pushes.feeds(event, payload)
    if feeds:
        Feed.objects.request(*feeds)
    if login or feeds:
        defer_refresh(after=SETTLES_WITHIN)
    return True
