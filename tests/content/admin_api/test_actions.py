"""What is done to items: the same as in the admin, with its permissions, locks and log."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import GroupPagePermission, PageLogEntry, PageViewRestriction, Revision

from content.models import EventPage, Testimonial
from content.scheduling import run_due
from tests.admin_clients import api_client_of, make_user
from tests.content.admin_api.steps import (
    EVENTS,
    STARTS,
    TESTIMONIALS,
    created,
    patch,
    path_of,
    pointers,
    post,
)
from tests.contract.openapi import ApiClient
from tests.factories import event_index, in_hours, make_event, make_testimonial

pytestmark = pytest.mark.django_db

LATER = "2029-01-01T10:00:00+00:00"


def state(response: Any) -> str:
    assert response.status_code == 200, response.content
    return str(response.json()["meta"]["state"])


def item_path(item: Any, path: str) -> str:
    return f"{path}{item['id']}/"


def section_editor(language: str, *permissions: str) -> ApiClient:
    """Somebody with rights to the events of one language only."""
    group = Group.objects.create(name=f"Section {language}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in permissions:
        GroupPagePermission.objects.create(
            group=group,
            page=event_index(language),
            permission=Permission.objects.get(codename=codename),
        )
    return api_client_of(make_user(group.name))


def test_who_may_not_publish_gets_403_and_nothing_is_saved(
    editor: ApiClient, moderator: ApiClient
) -> None:
    item = created(editor)
    live = created(moderator, f"{EVENTS}?publish=true", title="Live")
    revisions = Revision.objects.count()

    refused = [
        post(editor, f"{EVENTS}?publish=true", {"title": "Other", "starts_at": STARTS}),
        patch(editor, f"{path_of(item)}?publish=true", {"title": "Other"}),
        patch(editor, f"{path_of(item)}?publish=true", {}),
        post(editor, f"{path_of(item)}publish"),
        post(editor, f"{path_of(item)}schedule", {"go_live_at": LATER}),
        post(editor, f"{path_of(live)}unpublish"),
        editor.delete(path_of(live)),
        post(editor, f"{TESTIMONIALS}?publish=true", {"author_name": "Ana", "quote": "Good."}),
    ]

    assert [response.status_code for response in refused] == [403] * len(refused)
    assert Revision.objects.count() == revisions
    assert EventPage.objects.count() == 4
    assert not Testimonial.objects.exists()


def test_rights_in_one_section_are_none_in_the_other(moderator: ApiClient) -> None:
    spanish = section_editor("es", "add_page", "change_page", "publish_page")
    live = created(moderator, f"{EVENTS}?publish=true")
    draft = created(moderator, title="Secret")
    alias = live["meta"]["translations"][0]["id"]

    own = created(spanish, f"{EVENTS}?publish=true", title="Charla", meta={"locale": "es"})
    assert own["meta"]["state"] == "live"
    assert spanish.get(f"{EVENTS}{alias}/").status_code == 200
    assert post(spanish, EVENTS, {"title": "Other", "starts_at": STARTS}).status_code == 403
    for method in ("get", "patch", "delete"):
        assert getattr(spanish, method)(path_of(live)).status_code == 403
        assert getattr(spanish, method)(path_of(draft)).status_code == 404
    assert post(spanish, f"{path_of(live)}publish").status_code == 403
    assert spanish.get(f"{path_of(draft)}revisions/").status_code == 404
    titles = [item["title"] for item in spanish.get(f"{EVENTS}?locale=*").json()["items"]]
    assert "Secret" in titles  # its alias in Spanish repeats it
    assert spanish.get(f"{EVENTS}?locale=en").json()["items"] == []
    assert spanish.get(TESTIMONIALS).status_code == 403
    # Published, and not for everybody: the admin does not show them that it is there either.
    page = EventPage.objects.get(pk=live["id"])
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    for method in ("get", "patch", "delete"):
        assert getattr(spanish, method)(path_of(live)).status_code == 404
    assert post(spanish, f"{path_of(live)}publish").status_code == 404


def test_who_may_only_add_sees_what_they_own(moderator: ApiClient) -> None:
    author = section_editor("en", "add_page")
    others = created(moderator, title="Secret")

    own = created(author, title="Mine")

    assert patch(author, path_of(own), {"summary": "New"}).status_code == 200
    assert author.get(path_of(others)).status_code == 404
    assert [item["title"] for item in author.get(EVENTS).json()["items"]] == ["Mine"]


@pytest.mark.parametrize("path", [EVENTS, TESTIMONIALS])
def test_what_somebody_locked_others_cannot_change(
    path: str, editor: ApiClient, moderator: ApiClient
) -> None:
    item = created(editor, path)
    model = EventPage if path == EVENTS else Testimonial
    owner = make_user("Moderators")
    locked = {"locked": True, "locked_by": owner, "locked_at": timezone.now()}
    model.objects.filter(pk=item["id"]).update(**locked)
    here = item_path(item, path)
    name = "summary" if path == EVENTS else "author_role"

    assert moderator.get(here).json()["meta"]["locked"] is True
    for response in (
        patch(moderator, here, {name: "New"}),
        patch(moderator, f"{here}?publish=true", {}),
        moderator.delete(here),
        post(moderator, f"{here}publish"),
        post(moderator, f"{here}submit"),
        post(moderator, f"{here}schedule", {"go_live_at": LATER}),
        post(moderator, f"{here}revisions/{item['meta']['revision_id']}/restore"),
    ):
        assert response.status_code == 403
        assert "locked" in response.json()["detail"]
    mine = api_client_of(owner)
    assert mine.get(here).json()["meta"]["locked"] is False
    assert patch(mine, here, {name: "New"}).status_code == 200


@pytest.mark.parametrize("path", [EVENTS, TESTIMONIALS])
def test_submit_reject_submit_and_approve(
    path: str, editor: ApiClient, moderator: ApiClient, mailoutbox: list[Any]
) -> None:
    item = created(editor, path)
    here = item_path(item, path)

    submitted = post(editor, f"{here}submit")

    assert state(submitted) == "draft"
    meta = submitted.json()["meta"]
    assert meta["workflow"]["status"] == "in_progress"
    assert meta["workflow"]["requested_by"]["name"].startswith("user-")
    assert meta["locked"] is True
    assert patch(editor, here, {"featured": True}).status_code == 403
    assert post(editor, f"{here}approve").status_code == 403
    assert post(editor, f"{here}submit").status_code == 409
    rejected = post(moderator, f"{here}reject", {"comment": "Say more."})
    assert rejected.json()["meta"]["workflow"]["status"] == "needs_changes"
    assert post(moderator, f"{here}reject").status_code == 409
    assert patch(editor, here, {"featured": True}).status_code == 200
    assert post(editor, f"{here}submit").json()["meta"]["workflow"]["status"] == "in_progress"
    assert state(post(moderator, f"{here}approve")) == "live"
    assert moderator.get(here).json()["meta"]["workflow"] is None
    assert post(moderator, f"{here}approve").status_code == 409
    if path == EVENTS:
        log = PageLogEntry.objects.filter(page=item["id"]).order_by("timestamp", "pk")
        assert [
            action for action in log.values_list("action", flat=True) if "workflow" in action
        ] == [
            "wagtail.workflow.start",
            "wagtail.workflow.reject",
            "wagtail.workflow.resume",
            "wagtail.workflow.approve",
        ]


@pytest.mark.parametrize("path", [EVENTS, TESTIMONIALS])
def test_scheduling_is_settled_moved_and_cancelled(path: str, moderator: ApiClient) -> None:
    item = created(moderator, path)
    here = item_path(item, path)

    scheduled = post(moderator, f"{here}schedule", {"go_live_at": LATER})

    assert state(scheduled) == "scheduled"
    meta = scheduled.json()["meta"]
    assert datetime.fromisoformat(meta["go_live_at"]) == datetime.fromisoformat(LATER)
    assert meta["locked"] is True
    assert patch(moderator, here, {"featured": True}).status_code == 403
    (revision, *_older) = moderator.get(f"{here}revisions/").json()["items"]
    assert datetime.fromisoformat(revision["go_live_at"]) == datetime.fromisoformat(LATER)
    moved = {"go_live_at": "2029-02-01T10:00:00Z", "expire_at": "2029-03-01T10:00:00Z"}
    assert state(post(moderator, f"{here}schedule", moved)) == "scheduled"
    assert state(post(moderator, f"{here}schedule", {"go_live_at": None})) == "draft"
    assert moderator.get(here).json()["meta"]["go_live_at"] is None
    assert post(moderator, f"{here}schedule", {"go_live_at": None}).status_code == 409
    for body in ({}, {"go_live_at": "2020-01-01T10:00:00Z"}, {"go_live_at": "2029-01-01T10:00:00"}):
        assert pointers(post(moderator, f"{here}schedule", body)) == {"/go_live_at"}
    wrong = {"go_live_at": LATER, "expire_at": "2028-01-01T10:00:00Z", "now": True}
    assert pointers(post(moderator, f"{here}schedule", wrong)) == {"/now"}
    del wrong["now"]
    assert pointers(post(moderator, f"{here}schedule", wrong)) == {"/go_live_at", "/expire_at"}


def test_what_was_scheduled_is_published_at_its_time(moderator: ApiClient) -> None:
    item = created(moderator)
    post(moderator, f"{path_of(item)}schedule", {"go_live_at": in_hours(1).isoformat()})
    assert ApiClient().get(f"/api/v2/events/{item['id']}/").status_code == 404
    Revision.objects.filter(approved_go_live_at__isnull=False).update(
        approved_go_live_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    revision = Revision.objects.get(object_id=str(item["id"]), approved_go_live_at__isnull=False)
    revision.content["go_live_at"] = "2020-01-01T00:00:00Z"
    revision.save()

    assert run_due() == 1

    assert ApiClient().get(f"/api/v2/events/{item['id']}/").status_code == 200
    assert state(moderator.get(path_of(item))) == "live"


@pytest.mark.parametrize("path", [EVENTS, TESTIMONIALS])
def test_revisions_are_listed_read_and_restored(path: str, moderator: ApiClient) -> None:
    name = "summary" if path == EVENTS else "author_role"
    item = created(moderator, f"{path}?publish=true", **{name: "First"})
    here = item_path(item, path)
    patch(moderator, here, {name: "Second"})

    listed = moderator.get(f"{here}revisions/").json()

    assert listed["meta"] == {"total_count": 2}
    second, first = listed["items"]
    assert (first["is_live"], first["is_latest"]) == (True, False)
    assert (second["is_live"], second["is_latest"]) == (False, True)
    assert second["user"]["name"].startswith("user-")
    read = moderator.get(f"{here}revisions/{first['id']}/").json()
    assert read["item"][name] == "First"
    assert {key: read[key] for key in first} == first
    restored = post(moderator, f"{here}revisions/{first['id']}/restore")
    assert restored.json()[name] == "First"
    assert restored.json()["meta"]["revision_id"] > second["id"]
    assert moderator.get(f"{here}revisions/").json()["meta"]["total_count"] == 3
    other = created(moderator, path)
    strange = f"{here}revisions/{other['meta']['revision_id']}/"
    assert moderator.get(strange).status_code == 404
    assert post(moderator, f"{strange}restore").status_code == 404


def test_translations_of_an_event(moderator: ApiClient) -> None:
    item = created(moderator, f"{EVENTS}?publish=true")
    alias = item["meta"]["translations"][0]["id"]
    assert patch(moderator, f"{EVENTS}{alias}/", {"title": "Charla"}).status_code == 409
    assert post(moderator, f"{EVENTS}{alias}/publish").status_code == 409

    response = post(moderator, f"{path_of(item)}translate", {"locale": "es"})

    assert response.status_code == 200, response.content
    translation = response.json()
    assert translation["id"] == alias
    assert translation["meta"]["state"] == "live_with_draft"
    assert translation["meta"]["is_translated"] is False
    assert post(moderator, f"{path_of(item)}translate", {"locale": "es"}).status_code == 409
    assert pointers(post(moderator, f"{path_of(item)}translate", {"locale": "fr"})) == {"/locale"}
    changed = patch(moderator, f"{EVENTS}{alias}/", {"title": "Charla"})
    assert changed.status_code == 200, changed.content
    public = f"/api/v2/events/{alias}/"
    assert ApiClient().get(public).json()["title"] == "Talk"
    assert state(post(moderator, f"{EVENTS}{alias}/publish")) == "live"
    assert ApiClient().get(public).json()["title"] == "Charla"


def test_translations_of_a_testimonial(editor: ApiClient) -> None:
    item = make_testimonial(quote="Good.")
    assert item.first_published_at is not None

    response = post(editor, f"{TESTIMONIALS}{item.pk}/translate", {"locale": "es"})

    translation = response.json()
    assert (translation["meta"]["locale"], translation["meta"]["state"]) == ("es", "draft")
    assert translation["quote"] == "Good."
    published = ("first_published_at", "last_published_at")
    assert [translation["meta"][name] for name in published] == [None, None]
    again = post(editor, f"{TESTIMONIALS}{item.pk}/translate", {"locale": "es"})
    assert again.status_code == 409


def test_unpublishing(moderator: ApiClient) -> None:
    event = make_event()
    testimonial = make_testimonial()
    for path in (f"{EVENTS}{event.pk}/", f"{TESTIMONIALS}{testimonial.pk}/"):
        assert state(post(moderator, f"{path}unpublish")) == "draft"
        assert post(moderator, f"{path}unpublish").status_code == 409
        assert pointers(post(moderator, f"{path}publish", {"now": True})) == {"/now"}
        assert state(post(moderator, f"{path}publish")) == "live"


def test_approving_needs_what_publishing_needs(editor: ApiClient, moderator: ApiClient) -> None:
    heading = {"type": "heading", "value": {"text": "Hello", "level": 2}}
    item = created(editor, body=[heading])
    here = path_of(item)
    assert post(editor, f"{here}submit").status_code == 200
    heading["value"] = {"text": "", "level": 2}
    assert patch(moderator, here, {"body": [heading]}).status_code == 200

    assert pointers(post(moderator, f"{here}approve")) == {"/body/0/value/text"}

    assert moderator.get(here).json()["meta"]["workflow"]["status"] == "in_progress"
    assert not EventPage.objects.get(pk=item["id"]).live
    assert post(moderator, f"{here}reject").status_code == 200


def test_what_was_cancelled_is_published_at_once(moderator: ApiClient) -> None:
    here = path_of(created(moderator))
    post(moderator, f"{here}schedule", {"go_live_at": LATER})
    post(moderator, f"{here}schedule", {"go_live_at": None})

    assert state(post(moderator, f"{here}publish")) == "live"
