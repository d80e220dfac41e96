"""What Wagtail changes without a word of its own is in the audit log, and ends sign-ins."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    ModelLogEntry,
    Page,
    PageLogEntry,
    Workflow,
)

from cms.models import User
from content.models import Navigation
from integrations.newsletter.models import Subscriber
from tests.admin_clients import api_client_of, make_administrator, make_user
from tests.contract.openapi import ApiClient
from tests.factories import (
    event_index,
    make_document,
    make_image,
    make_standard_page,
    make_testimonial,
)
from tests.integrations.contact.conftest import make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def admin() -> User:
    return make_administrator(first_name="Ada")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.77")
    client.force_login(admin)
    return client


def entries_of(admin: User, instance: Any, number: object = None) -> list[dict[str, Any]]:
    kind = ContentType.objects.get_for_model(instance, for_concrete_model=False)
    name = f"{kind.app_label}.{kind.model}:{number or instance.pk}"
    answer = api_client_of(admin).get("/api/admin/audit-log/", {"object": name})
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def changes(entry: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {each["field"]: (each["before"], each["after"]) for each in entry["changes"]}


def bulk(client: Client, instances: list[Any], action: str, **data: Any) -> None:
    model = Page if isinstance(instances[0], Page) else type(instances[0])
    url = reverse(
        "wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, action]
    )
    query = urlencode({"id": [each.pk for each in instances], "next": "/admin/"}, doseq=True)
    answer = client.post(f"{url}?{query}", data)
    assert answer.status_code == 302, answer.content


def role() -> Group:
    return Group.objects.get(name="Moderators")


def home() -> Any:
    return event_index().get_parent().specific


def collection() -> Collection:
    made: Collection = Collection.get_first_root_node().add_child(name="Posters")
    return made


def make_subscriber() -> Subscriber:
    email = f"reader-{Subscriber.objects.count()}@example.org"
    made: Subscriber = Subscriber.objects.create(email=email, canonical_email=email, locale="en")
    return made


MAKE: dict[str, Callable[[], Any]] = {
    "cms.user": lambda: make_user("Editors"),
    "content.navigation": lambda: Navigation.objects.order_by("pk").first(),
    "content.testimonial": make_testimonial,
    "content.siteimage": make_image,
    "wagtaildocs.document": make_document,
    "contact.contactmessage": make_message,
    "newsletter.subscriber": make_subscriber,
    "wagtailcore.page": lambda: make_standard_page(home()),
}
FILL: dict[str, Callable[[], dict[str, Any]]] = {
    "assign_role": lambda: {"role": role().pk},
    "set_active_state": lambda: {"mark_as_active": "False"},
    "add_tags": lambda: {"tags": "sea,sun"},
    "add_to_collection": lambda: {"collection": collection().pk},
    "state": lambda: {"state": "archived"},
    "assign": lambda: {"assignee": make_administrator().pk},
    "move": lambda: {"chooser": make_standard_page(home()).pk},
    "publish": dict,
    "unpublish": dict,
    "unsubscribe": dict,
    "delete": dict,
    "erase": dict,
}


def actions() -> list[tuple[str, str]]:
    bulk_action_registry._scan_for_bulk_actions()
    return [
        (f"{app}.{model}", action)
        for app, models in sorted(bulk_action_registry.actions.items())
        for model, of_model in sorted(models.items())
        for action in sorted(of_model)
    ]


@pytest.mark.parametrize(("model", "action"), actions())
def test_every_bulk_action_has_an_entry_for_each_object(
    admin: User, browser: Client, model: str, action: str
) -> None:
    """One that Wagtail or an app adds has no line above, and fails until it has an entry."""
    instances = [MAKE[model]() for _number in range(1 if model == "content.navigation" else 2)]
    if action == "publish":
        for page in instances:
            page.unpublish()
    data = FILL[action]()
    numbers = [each.pk for each in instances]
    before = [len(entries_of(admin, each)) for each in instances]
    bulk(browser, instances, action, **data)
    for number, instance, former in zip(numbers, instances, before, strict=True):
        found = entries_of(admin, instance, number)
        of_action = found[: len(found) - former]
        assert len(of_action) == 1, of_action
        (entry,) = of_action
        assert (entry["user"]["id"], entry["channel"]) == (admin.pk, "admin")
        assert entry["object"]["title"]


def test_bulk_actions_say_what_was_before_and_after(admin: User, browser: Client) -> None:
    user, image = make_user("Editors"), make_image()
    image.tags.add("sea")
    bulk(browser, [user], "assign_role", role=role().pk)
    assert changes(entries_of(admin, user)[0]) == {
        "groups": (["Editors"], ["Editors", "Moderators"])
    }
    bulk(browser, [user], "set_active_state", mark_as_active="False")
    assert changes(entries_of(admin, user)[0]) == {"is_active": (True, False)}
    # Nothing was changed by it, so there is nothing to say.
    bulk(browser, [user], "set_active_state", mark_as_active="False")
    bulk(browser, [user], "set_active_state", mark_as_active="True")
    assert [changes(each) for each in entries_of(admin, user)[:2]] == [
        {"is_active": (False, True)},
        {"is_active": (True, False)},
    ]
    bulk(browser, [image], "add_tags", tags="sun")
    assert changes(entries_of(admin, image)[0]) == {"tags": (["sea"], ["sea", "sun"])}
    posters = collection()
    bulk(browser, [image], "add_to_collection", collection=posters.pk)
    assert changes(entries_of(admin, image)[0])["collection"][1] == posters.pk
    bulk(browser, [user], "delete")
    entry = entries_of(admin, user)[0]
    assert (entry["action"], entry["object"]["title"]) == ("wagtail.delete", user.username)


def signed_in(client: ApiClient) -> bool:
    return client.get("/api/auth/me").status_code == 200


def test_who_was_deactivated_in_bulk_stays_signed_out(browser: Client) -> None:
    user, other = make_user("Editors"), make_user("Editors")
    client, another = api_client_of(user), api_client_of(other)
    assert signed_in(client)
    bulk(browser, [user], "set_active_state", mark_as_active="False")
    bulk(browser, [user], "set_active_state", mark_as_active="True")
    assert not signed_in(client)
    assert signed_in(another)
    assert signed_in(api_client_of(user))
    bulk(browser, [other], "delete")
    assert not signed_in(another)


def without_role(browser: Client, user: User) -> None:
    fill_account(browser, user, [])


def without_permission(browser: Client, user: User) -> None:
    user.groups.get().permissions.clear()


def without_group(browser: Client, user: User) -> None:
    url = reverse("wagtailusers_groups:delete", args=[user.groups.get().pk])
    assert browser.post(url).status_code == 302


def fill_account(browser: Client, user: User, groups: list[int]) -> None:
    form = {
        "username": user.username,
        "email": user.email,
        "first_name": "Ana",
        "last_name": "Mora",
        "is_active": "on",
        "groups": groups,
    }
    url = reverse("wagtailusers_users:edit", args=[user.pk])
    assert browser.post(url, form).status_code == 302


@pytest.mark.parametrize("lose", [without_role, without_permission, without_group])
def test_who_has_lost_access_once_stays_signed_out(
    browser: Client, lose: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user = make_user("Editors")
    client = api_client_of(user)
    with django_capture_on_commit_callbacks(execute=True):
        lose(browser, user)
    user.groups.add(role())
    assert not signed_in(client)


def test_another_role_ends_no_sign_in(
    browser: Client, django_capture_on_commit_callbacks: Any
) -> None:
    user = make_user("Editors")
    client = api_client_of(user)
    with django_capture_on_commit_callbacks(execute=True):
        fill_account(browser, user, [role().pk])
    assert signed_in(client)


def actions_of(admin: User, instance: Any, number: object = None) -> list[str]:
    return [each["action"] for each in entries_of(admin, instance, number)]


def test_collections_and_who_may_see_them(admin: User, browser: Client) -> None:
    root = Collection.get_first_root_node()
    add = reverse("wagtailadmin_collections:add")
    assert browser.post(add, {"name": "Posters", "parent": root.pk}).status_code == 302
    posters = Collection.objects.get(name="Posters")
    assert actions_of(admin, posters) == ["wagtail.create"]
    privacy = reverse("wagtailadmin_collections:set_privacy", args=[posters.pk])
    for data in (
        {"restriction_type": "password", "password": "open sesame"},
        {"restriction_type": "groups", "groups": [role().pk]},
        {"restriction_type": "none"},
    ):
        assert browser.post(privacy, data).status_code == 200
    taken, edited, given = entries_of(admin, posters)[:3]
    assert [each["action"].rpartition(".")[2] for each in (given, edited, taken)] == [
        *("create", "edit", "delete"),
    ]
    assert changes(given)["restriction_type"] == (None, "password")
    assert changes(given)["password"] == ("…", "…")
    assert changes(edited)["restriction_type"] == ("password", "groups")
    assert changes(edited)["groups"] == ([], ["Moderators"])
    assert changes(taken)["restriction_type"] == ("groups", None)
    assert "sesame" not in str(list(ModelLogEntry.objects.values("data")))
    edit = reverse("wagtailadmin_collections:edit", args=[posters.pk])
    assert browser.post(edit, {"name": "Placards", "parent": root.pk}).status_code == 302
    assert actions_of(admin, posters)[0] == "wagtail.edit"
    delete = reverse("wagtailadmin_collections:delete", args=[posters.pk])
    assert browser.post(delete).status_code == 302
    assert actions_of(admin, posters)[:2] == ["wagtail.delete", "wagtail.edit"]


def test_workflows_and_tasks_that_are_switched(admin: User, browser: Client) -> None:
    workflow = Workflow.objects.create(name="Two pairs of eyes", active=True)
    task = GroupApprovalTask.objects.create(name="Look")
    for name, instance in (("", workflow), ("_task", task)):
        for switch in ("disable", "enable"):
            url = reverse(f"wagtailadmin_workflows:{switch}{name}", args=[instance.pk])
            assert browser.post(url).status_code == 302
        found = entries_of(admin, instance)
        assert [each["action"] for each in found] == ["wagtail.edit"] * 2
        assert [changes(each) for each in found] == [
            {"active": (False, True)},
            {"active": (True, False)},
        ]


def test_what_failed_or_was_only_looked_at_has_no_entry(admin: User, browser: Client) -> None:
    user = make_user("Editors")
    count = ModelLogEntry.objects.count() + PageLogEntry.objects.count()
    url = reverse("wagtail_bulk_action", args=["cms", "user", "delete"])
    assert browser.get(f"{url}?id={user.pk}").status_code == 200
    add = reverse("wagtailadmin_collections:add")
    assert browser.post(add, {"name": ""}).status_code == 200
    assert ModelLogEntry.objects.count() + PageLogEntry.objects.count() == count
