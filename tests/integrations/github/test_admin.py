"""GitHub in the admin, as editors and administrators use it and as nobody else may."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from cms.feeds import CONTRIBUTIONS, PROJECTS
from cms.models import User
from cms.ops.conditions import current_conditions
from home.editors import EDITORS, INBOX, MODERATORS, NEWSLETTER
from integrations.github.models import Account, Feed, GitHubSettings, Project
from integrations.github.refresh import due_feeds
from integrations.github.tasks import refresh_due
from tests.audit_log import own_data
from tests.contract.openapi import ApiClient
from tests.factories import make_image
from tests.integrations.github.server import FakeGitHub
from tests.integrations.github.test_api import add_projects, names
from tests.integrations.github.world import contribution, repository

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(site: Site, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


def member(group: str) -> Client:
    user = User.objects.create_user(group, f"{group}@example.org", "x")
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def edit(client: Client, project: Project, **values: Any) -> Any:
    data = {"summary": project.summary, "sort_order": project.sort_order or "", **values}
    return client.post(reverse("github_projects:edit", args=[project.pk]), data)


def test_editor_features_hides_describes_and_illustrates(site: Site, api: ApiClient) -> None:
    add_projects(repository(1), repository(2), repository(3))
    editor, project, image = member(EDITORS), Project.objects.get(github_id=1), make_image()
    form = text(editor.get(reverse("github_projects:edit", args=[project.pk])))
    assert "example-lab/tool-1" in form
    values = {"is_featured": "on", "summary": "Ours", "cover": image.pk, "sort_order": 1}
    assert edit(editor, project, **values).status_code == 302
    shown = api.get("/api/projects").json()["items"][0]
    assert (shown["name"], shown["featured"], shown["summary"]) == ("tool-1", True, "Ours")
    assert shown["cover"]["id"] == image.pk
    edit(editor, Project.objects.get(github_id=2), is_hidden="on")
    assert names(api) == ["tool-1", "tool-3"]
    edit(editor, Project.objects.get(github_id=2))
    # Who did what is in the log, and nothing that nobody did.
    own = {"user__username": EDITORS, "content_type__model": "project"}
    entries = ModelLogEntry.objects.filter(**own).order_by("pk")
    assert [(entry.label, entry.action, own_data(entry)) for entry in entries] == [
        ("example-lab/tool-1", "github.feature", {"is_featured": True}),
        ("example-lab/tool-1", "github.order", {"sort_order": 1}),
        ("example-lab/tool-1", "github.describe", {"summary": "Ours"}),
        ("example-lab/tool-1", "github.cover", {"cover": image.pk}),
        ("example-lab/tool-2", "github.hide", {"is_hidden": True}),
        ("example-lab/tool-2", "github.show", {"is_hidden": False}),
    ]
    history = text(editor.get(reverse("github_projects:history", args=[project.pk])))
    assert "Own description changed" in history


def test_projects_are_moved_one_by_one_and_stars_decide_about_the_rest(
    administrator: Client, api: ApiClient
) -> None:
    add_projects(*(repository(number) for number in range(1, 6)))
    first = Project.objects.get(github_id=1)
    url = reverse("github_projects:reorder", args=[first.pk])
    assert administrator.post(f"{url}?position=1").status_code == 200
    assert names(api) == ["tool-5", "tool-1", "tool-4", "tool-3", "tool-2"]
    moved = ModelLogEntry.objects.get(action="github.order")
    assert (str(moved.user), moved.label, own_data(moved)) == (
        "root",
        "example-lab/tool-1",
        {"sort_order": 2},
    )
    # What comes later and has more stars than those without a place stands before them.
    add_projects(*(repository(number) for number in range(1, 6)), repository(9))
    assert names(api) == ["tool-5", "tool-1", "tool-9", "tool-4", "tool-3", "tool-2"]
    page = text(administrator.get(reverse("github_projects:index") + "?ordering=sort_order"))
    assert page.index("tool-1") < page.index("tool-9") < page.index("tool-4")


def test_place_by_number_is_exactly_that_place_and_the_others_follow(
    administrator: Client, api: ApiClient
) -> None:
    add_projects(*(repository(number) for number in range(1, 6)))
    orders = []
    for number, place in ((1, 2), (3, 1), (5, 9), (3, ""), (4, 1)):
        project = Project.objects.get(github_id=number)
        assert edit(administrator, project, sort_order=place).status_code == 302
        orders.append("".join(name[-1] for name in names(api)))
    assert orders == ["51432", "35142", "31425", "14253", "41253"]
    placed = Project.objects.exclude(github_id=3).order_by("sort_order")
    assert list(placed.values_list("sort_order", flat=True)) == [1, 2, 3, 4]


def test_order_is_in_pages_and_a_place_counts_from_the_beginning_of_its_page(
    administrator: Client, api: ApiClient
) -> None:
    add_projects(*(repository(number) for number in range(1, 61)))
    index = reverse("github_projects:index")
    first, second = text(administrator.get(index)), text(administrator.get(index, {"p": 2}))
    assert first.count("Item ") == 50
    assert second.count("Item ") == 10
    assert "/reorder/999999/0/" in first
    assert "/reorder/999999/50/" in second
    last = Project.objects.get(github_id=1)
    url = f"/admin/github/projects/reorder/{last.pk}/50/?position=2"
    assert administrator.post(url).status_code == 200
    last.refresh_from_db()
    assert last.sort_order == 53
    shown = api.get("/api/projects?limit=60").json()["items"]
    assert shown[52]["name"] == "tool-1"


def test_nothing_is_put_in_order_among_what_was_found(administrator: Client) -> None:
    add_projects(*(repository(number) for number in range(1, 4)))
    index = reverse("github_projects:index")
    assert "w-orderable" in text(administrator.get(index))
    for query in ({"q": "tool-1"}, {"is_hidden": "false"}):
        found = text(administrator.get(index, query))
        assert "tool-1" in found
        assert "w-orderable" not in found


def test_nobody_adds_or_deletes_projects(administrator: Client) -> None:
    add_projects(repository(1))
    page = text(administrator.get(reverse("github_projects:index")))
    assert "/github/projects/new/" not in page
    assert administrator.get("/admin/github/projects/new/").status_code == 404
    pk = Project.objects.get().pk
    assert administrator.post(f"/admin/github/projects/delete/{pk}/").status_code == 404


def test_state_tells_failures_limits_and_numbers_in_sentences(
    administrator: Client, lab: Account
) -> None:
    add_projects(repository(1))
    now = timezone.now()
    Feed.objects.create(
        name=PROJECTS,
        fetched_at=now - timedelta(hours=9),
        stale_at=now - timedelta(hours=2),
        failure="empty",
        failure_subject="example-lab",
        failed_at=now,
        dropped_items=2,
    )
    page = text(administrator.get(reverse("github_overview:index")))
    for part in (
        "GitHub answered an empty list",
        "(example-lab)",
        "Visitors see old data.",
        "2 entries left out",
        "GitHub has not been asked yet.",
    ):
        assert part in page
    assert current_conditions()["github"] == "projects stale: empty"
    assert "Lists that do not come in from GitHub" in text(administrator.get("/admin/"))


def test_refresh_under_way_counts_its_requests_and_promises_no_other(
    administrator: Client, lab: Account
) -> None:
    now = timezone.now()
    feed = Feed.objects.create(name=PROJECTS, requests=2, next_refresh_at=now)
    page = text(administrator.get(reverse("github_overview:index")))
    assert "Next refresh" in page
    assert "Requests of the last refresh" in page
    Feed.objects.filter(pk=feed.pk).update(lease_expires_at=now + timedelta(minutes=1))
    page = text(administrator.get(reverse("github_overview:index")))
    assert "being refreshed now" in page
    assert "Requests so far" in page
    assert "Next refresh" not in page


def test_button_asks_for_one_refresh(administrator: Client, lab: Account) -> None:
    for _press in range(10):
        answer = administrator.post(reverse("github_overview:refresh"), follow=True)
    assert "A refresh begins in a moment." in text(answer)
    assert Feed.objects.filter(requested_at__isnull=False).count() == 2
    pressed = ModelLogEntry.objects.filter(action="github.refresh", user__username="root")
    assert pressed.count() == 2 * 10


@pytest.mark.parametrize("route", ["/api/projects", "/api/contributions"])
def test_list_that_nobody_is_asked_about_any_more_is_not_late(
    route: str, github: FakeGitHub, api: ApiClient, site: Site
) -> None:
    both = {"login": "ana", "shows_projects": True, "shows_contributions": True}
    account = Account.objects.create(**both)
    github.repositories["ana"] = [repository(1, "ana")]
    github.contributions = [contribution(1)]
    refresh_due(timestamp=0)
    assert api.get(route).json()["meta"]["total_count"] == 1
    Feed.objects.update(stale_at=Now() - timedelta(hours=1), next_refresh_at=Now())
    assert "stale" in current_conditions()["github"]
    assert api.get(route).json()["meta"]["stale"] is True
    account.delete()
    asked = len(github.seen)
    Feed.objects.update(attempted_at=None)
    refresh_due(timestamp=0)
    assert len(github.seen) == asked
    nothing = {"total_count": 0, "fetched_at": None, "next_refresh_at": None, "stale": False}
    assert api.get(route).json()["meta"] == nothing
    assert current_conditions()["github"] == "ok"
    assert due_feeds() == []
    # A new one has it fetched at once.
    Account.objects.create(**both)
    Feed.objects.update(attempted_at=None)
    assert sorted(due_feeds()) == [CONTRIBUTIONS, PROJECTS]


def test_failing_list_that_nobody_is_asked_about_is_no_trouble(lab: Account) -> None:
    Feed.objects.create(name=PROJECTS, failure="not_found", failures=3)
    assert current_conditions()["github"] == "projects stale: not_found"
    Account.objects.all().delete()
    assert current_conditions()["github"] == "ok"


def test_archived_project_that_is_featured_stands_on_the_first_page(site: Site) -> None:
    add_projects(repository(1, archived=True), repository(2, archived=True))
    Project.objects.filter(github_id=1).update(is_featured=True)
    page = text(member(EDITORS).get("/admin/"))
    assert "archived by its owner" in page
    assert "tool-1" in page
    assert "tool-2" not in page


def test_editors_change_projects_and_moderators_accounts(site: Site) -> None:
    editor, moderator = member(EDITORS), member(MODERATORS)
    accounts = reverse("github_accounts:add")
    assert editor.get(accounts).status_code == 302
    assert text(editor.get(reverse("github_overview:index")))
    form = {
        "login": "example-lab",
        "shows_projects": "on",
        "topics": "CMS, web",
        "minimum_stars": "0",
    }
    assert moderator.post(accounts, form).status_code == 302
    account = Account.objects.get()
    assert (account.login, account.topics) == ("example-lab", ["cms", "web"])
    assert Feed.objects.get(pk=PROJECTS).requested_at is not None
    assert "already" in text(moderator.post(accounts, {**form, "login": "Example-LAB"}))
    assert "not a name" in text(moderator.post(accounts, {**form, "login": "-x/y"}))
    nothing = {"login": "other", "minimum_stars": "0"}
    assert "Choose what is shown" in text(moderator.post(accounts, nothing))


def test_people_without_rights_see_nothing(site: Site) -> None:
    guest = User.objects.create_user("guest", "guest@example.org", "x")
    client = Client()
    client.force_login(guest)
    for url in (reverse("github_overview:index"), reverse("github_projects:index")):
        assert client.get(url).status_code in (302, 403)
    assert client.post(reverse("github_overview:refresh")).status_code in (302, 403)
    assert not Feed.objects.exists()


@pytest.mark.parametrize(
    ("group", "may"), [(EDITORS, True), (MODERATORS, True), (INBOX, False), (NEWSLETTER, False)]
)
def test_menu_has_github_for_who_may_do_something_there(
    site: Site, group: str, *, may: bool
) -> None:
    page = text(member(group).get("/admin/"))
    assert ('"/admin/github/"' in page) is may
    # And the events for who may do something with pages.
    assert ('"/admin/events/"' in page) is may


def test_only_who_may_add_accounts_is_sent_there(site: Site) -> None:
    accounts = reverse("github_accounts:index")
    overview = reverse("github_overview:index")
    assert f'href="{accounts}"' in text(member(MODERATORS).get(overview))
    page = text(member(EDITORS).get(overview))
    assert f'href="{accounts}"' not in page
    assert "A moderator adds" in page


def test_settings_are_checked(administrator: Client) -> None:
    url = reverse("wagtailsettings:edit", args=["github", "githubsettings"])
    form = text(administrator.get(url, follow=True))
    assert "minutes_between_refreshes" in form
    stored = GitHubSettings.objects.get()
    url = reverse("wagtailsettings:edit", args=["github", "githubsettings", stored.pk])
    bad = {"minutes_between_refreshes": "1", "never_show": "ana\n<script>"}
    page = text(administrator.post(url, bad))
    assert "neither a name on GitHub" in page
    good = {"minutes_between_refreshes": "60", "never_show": "ana\nexample-lab/tool"}
    assert administrator.post(url, good).status_code == 302
    assert GitHubSettings.current().time_between_refreshes == timedelta(hours=1)


def test_command_refreshes_and_says_what_it_did(
    lab: Account, github: FakeGitHub, capsys: pytest.CaptureFixture[str]
) -> None:
    github.repositories["example-lab"] = [repository(1), repository(2)]
    call_command("sync_github")
    assert "projects: 2 rows after 1 requests" in capsys.readouterr().out
    github.repositories.clear()
    with pytest.raises(CommandError):
        call_command("sync_github", only="projects")
    assert "GitHub does not know this name" in capsys.readouterr().out
