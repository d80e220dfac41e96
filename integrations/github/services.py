"""What people and GitHub's pushes can ask for."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower, Now
from wagtail.log_actions import log

from cms.feeds import PROJECTS, feed_updated
from cms.models import User
from integrations.github import project_feed
from integrations.github.models import Account, Contribution, Feed, GitHubSettings, Project, Push
from integrations.github.models.feeds import SETTLES_WITHIN
from integrations.github.tasks import defer_refresh

_CONTRIBUTION_EVENTS = {"issues": "issue", "pull_request": "pull_request"}
_PROJECT_EVENTS = frozenset(
    ("create", "delete", "fork", "issues", "public", "pull_request", "push", "repository", "star")
)


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


def take_push(*, event: str, body: bytes, payload: Mapping[str, Any]) -> bool:
    """Note what GitHub says has changed, to be asked for. False if this body was taken before.

    Nothing in the message is believed but which person or account to ask about.
    """
    login = _contributor(event, payload)
    has_projects = event in _PROJECT_EVENTS and _is_ours(payload)
    digest = hashlib.sha256(body).hexdigest()
    handled_at = None if login else Now()
    try:
        with transaction.atomic():
            Push.objects.create(digest=digest, event=event[:60], login=login, handled_at=handled_at)
    except IntegrityError:
        return False
    if has_projects:
        Feed.objects.request(PROJECTS)
    if login or has_projects:
        defer_refresh(after=SETTLES_WITHIN)
    return True


def _contributor(event: str, payload: Mapping[str, Any]) -> str:
    """The configured person whose pull request or issue it is, in lower case, or nothing."""
    subject = payload.get(_CONTRIBUTION_EVENTS.get(event, ""))
    login = _login(subject.get("user") if isinstance(subject, dict) else None)
    people = Account.objects.filter(shows_contributions=True, login__iexact=login)
    return login if login and people.exists() else ""


def _is_ours(payload: Mapping[str, Any]) -> bool:
    repository = payload.get("repository")
    owner = _login(repository.get("owner") if isinstance(repository, dict) else None)
    accounts = Account.objects.filter(shows_projects=True, login__iexact=owner)
    return bool(owner) and accounts.exists()


def _login(user: Any) -> str:
    login = user.get("login") if isinstance(user, dict) else None
    # Longer ones, and those with a NUL in them, are nobody's.
    if not isinstance(login, str) or len(login) > 100:
        return ""
    return login.lower() if login.isascii() and login.isprintable() else ""
