"""Repositories, pull requests and issues as GitHub answers them, made up."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_API = "https://api.github.com"
_START = datetime(2020, 1, 1, tzinfo=UTC)
_URLS_OF_USERS = (
    *("followers_url", "following_url", "gists_url", "starred_url", "subscriptions_url"),
    *("organizations_url", "repos_url", "events_url", "received_events_url"),
)
_URLS_OF_REPOSITORIES = (
    *("archive_url", "assignees_url", "blobs_url", "branches_url", "collaborators_url"),
    *("comments_url", "commits_url", "compare_url", "contents_url", "contributors_url"),
    *("deployments_url", "downloads_url", "events_url", "forks_url", "git_commits_url"),
    *("git_refs_url", "git_tags_url", "hooks_url", "issue_comment_url", "issue_events_url"),
    *("issues_url", "keys_url", "labels_url", "languages_url", "merges_url", "milestones_url"),
    *("notifications_url", "pulls_url", "releases_url", "stargazers_url", "statuses_url"),
    *("subscribers_url", "subscription_url", "tags_url", "teams_url", "trees_url"),
)


def error(message: str) -> dict[str, str]:
    return {"message": message, "documentation_url": "https://docs.github.com/rest", "status": ""}


def user(login: str, number: int = 1, kind: str = "User") -> dict[str, Any]:
    return {
        "login": login,
        "id": number,
        "node_id": f"U_{number}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number}?v=4",
        "gravatar_id": "",
        "url": f"{_API}/users/{login}",
        "html_url": f"https://github.com/{login}",
        **{name: f"{_API}/users/{login}/{name}" for name in _URLS_OF_USERS},
        "type": kind,
        "site_admin": False,
    }


def moment(number: int) -> str:
    return f"{_START + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"


def repository(number: int, owner: str = "example-lab", **values: Any) -> dict[str, Any]:
    """The repository of this id, ``example-lab/tool-7`` unless ``values`` say otherwise."""
    name = values.get("name", f"tool-{number}")
    url = f"{_API}/repos/{owner}/{name}"
    return {
        "id": number,
        "node_id": f"R_{number}",
        "name": name,
        "full_name": f"{owner}/{name}",
        "private": False,
        "owner": user(owner, 7, "Organization"),
        "html_url": f"https://github.com/{owner}/{name}",
        "description": f"Tool number {number}",
        "fork": False,
        "url": url,
        **{key: f"{url}/{key}" for key in _URLS_OF_REPOSITORIES},
        "git_url": f"git://github.com/{owner}/{name}.git",
        "ssh_url": f"git@github.com:{owner}/{name}.git",
        "clone_url": f"https://github.com/{owner}/{name}.git",
        "svn_url": f"https://github.com/{owner}/{name}",
        "homepage": f"https://{name}.example.org/",
        "mirror_url": None,
        "language": "Python",
        "forks_count": 1,
        "forks": 1,
        "stargazers_count": number,
        "watchers_count": number,
        "watchers": number,
        "size": 10,
        "default_branch": "main",
        "open_issues_count": 2,
        "open_issues": 2,
        "topics": ["django", "cms"],
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "has_pages": False,
        "has_downloads": False,
        "archived": False,
        "disabled": False,
        "visibility": "public",
        "pushed_at": moment(number + 5),
        "created_at": moment(number),
        "updated_at": moment(number + 5),
        "license": {
            "key": "mit",
            "name": "MIT License",
            "spdx_id": "MIT",
            "url": f"{_API}/licenses/mit",
            "node_id": "L_1",
        },
        **values,
    }


def contribution(number: int, author: str = "ana", **values: Any) -> dict[str, Any]:
    """A merged pull request for odd numbers, an open issue for even ones."""
    is_pull_request = bool(number % 2)
    kind = "pull" if is_pull_request else "issues"
    repository_url = f"{_API}/repos/django/django"
    merged_at = moment(number + 1) if is_pull_request else None
    item = {
        "url": f"{repository_url}/issues/{number}",
        "repository_url": repository_url,
        "labels_url": f"{repository_url}/issues/{number}/labels",
        "comments_url": f"{repository_url}/issues/{number}/comments",
        "events_url": f"{repository_url}/issues/{number}/events",
        "html_url": f"https://github.com/django/django/{kind}/{number}",
        "id": 1_000_000 + number,
        "node_id": f"I_{number}",
        "number": number,
        "title": f"Change {number}",
        "user": user(author, 3),
        "labels": [{"id": 1, "name": "docs", "color": "ededed", "default": False}],
        "state": "closed" if is_pull_request else "open",
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": 2,
        "created_at": moment(number),
        "updated_at": moment(number + 1),
        "closed_at": merged_at,
        "author_association": "CONTRIBUTOR",
        "score": 1.0,
        **values,
    }
    if is_pull_request:
        url = f"{repository_url}/pulls/{number}"
        item["pull_request"] = {
            "url": url,
            "html_url": item["html_url"],
            "diff_url": f"{item['html_url']}.diff",
            "patch_url": f"{item['html_url']}.patch",
            "merged_at": merged_at,
        }
    return item


def found(items: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """What GitHub's search finds for the qualifiers that we use."""
    qualifiers = dict(term.split(":", 1) for term in query.split() if not term.startswith("is:"))
    author = qualifiers["author"].lower()
    wanted = [one for one in items if one["user"] and one["user"]["login"].lower() == author]
    if "is:pr" in query.split():
        wanted = [one for one in wanted if "pull_request" in one]
    if "is:issue" in query.split():
        wanted = [one for one in wanted if "pull_request" not in one]
    if "created" in qualifiers:
        first, last = qualifiers["created"].split("..")
        assert re.fullmatch(r"[\d-]{10}T[\d:]{8}Z", first), first
        wanted = [one for one in wanted if first <= one["created_at"] <= last]
    if "updated" in qualifiers:
        first = qualifiers["updated"].removeprefix(">=")
        wanted = [one for one in wanted if one["updated_at"] >= first]
    return wanted
