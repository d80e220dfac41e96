"""What `content.publishing` relies on in Wagtail, which promises none of it for the next one."""

import inspect
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from wagtail.actions import action_registry
from wagtail.actions.base import BaseAction
from wagtail.api.v3.form_data import build_form_data
from wagtail.models import GroupApprovalTask, Page, PageLogEntry

from content import publishing
from content.admin_api.drafts import newest_versions
from content.models import EventPage, Speaker, Testimonial
from content.publishing.forms import bound_form
from content.publishing.problems import InvalidContentError, LockedError, Problem
from tests.admin_clients import make_administrator, make_user
from tests.factories import event_index, in_hours, make_event, make_image, make_testimonial

pytestmark = pytest.mark.django_db

TAKEN: dict[str, tuple[list[str], set[str]]] = {
    # What is given by position, and by name.
    "create": (["page", "parent"], {"user", "form", "publish"}),
    "edit": (["instance"], {"user", "form", "publish"}),
    "delete": (["instance"], {"user"}),
    "publish": (["revision"], {"user"}),
    "unpublish": (["instance"], {"user"}),
    "revert": (["instance", "revision"], {"user", "clean"}),
    "convert_alias": (["page"], {"user"}),
    "copy_for_translation": (["instance", "locale"], {"user"}),
}


@pytest.mark.parametrize("model", [EventPage, Testimonial])
@pytest.mark.parametrize("name", TAKEN)
def test_actions_are_registered_and_take_what_they_are_given(name: str, model: Any) -> None:
    action = action_registry.get_action_class(model, name)
    if action is None:
        assert (model, name) == (Testimonial, "convert_alias")
        return
    positions, names = TAKEN[name]
    given = positions[:1] if (model, name) == (Testimonial, "create") else positions
    assert issubclass(action, BaseAction)
    inspect.signature(action).bind(*given, **dict.fromkeys(names))
    inspect.signature(action.execute).bind(None, skip_permission_checks=True)
    inspect.signature(action.check).bind(None)


def test_the_form_builder_writes_what_a_browser_would(site: object) -> None:
    event = make_event(speakers=[{"name": "Ana"}, {"name": "Luis"}])
    first, second = event.speakers.values_list("pk", flat=True)
    form_class = EventPage.get_edit_handler().get_form_class()
    rows = [{"name": "Eva"}, {"id": second, "name": "Luis"}]
    body = [{"type": "gallery", "id": "a", "value": {"heading": "", "images": []}}]

    data = build_form_data(
        form_class, {"speakers": rows, "tags": ["a, b"], "body": body}, instance=event
    )

    assert (data["speakers-INITIAL_FORMS"], data["speakers-TOTAL_FORMS"]) == ("2", "3")
    assert (data["speakers-0-id"], data["speakers-0-DELETE"]) == (first, "on")
    assert (data["speakers-1-ORDER"], data["speakers-2-ORDER"]) == ("2", "1")
    assert (data["body-count"], data["body-0-id"], data["body-0-value-images-count"]) == (
        "1",
        "a",
        "0",
    )
    assert data["tags"] == '"a, b"'
    assert "title" not in data


def test_a_form_filled_in_with_what_is_stored_changes_nothing(site: object) -> None:
    image = make_image()
    body = [
        {"type": "rich_text", "id": "b" * 8, "value": '<p data-block-key="abcde">A <b>b</b></p>'},
        {
            "type": "gallery",
            "id": "c" * 8,
            "value": {
                "heading": "",
                "images": [
                    {"type": "item", "id": key, "value": {"image": image.pk, "caption": ""}}
                    for key in ("one", "two")
                ],
            },
        },
    ]
    event = make_event(speakers=[{"name": "Ana"}], tags=["a"], cover=image, body=body)
    raw = list(event.body.raw_data)

    form: BaseForm = bound_form(
        instance=event, values={}, user=make_administrator(), parent=event.get_parent()
    )

    assert form.is_valid(), form.errors
    assert form.changed_data == []
    saved = form.save(commit=False)  # type: ignore[attr-defined]
    assert list(saved.body.raw_data) == raw


def test_newest_versions_are_those_of_wagtail(site: object) -> None:
    event = make_event(speakers=[{"name": "Ana"}], tags=["a"], summary="Live")
    event.summary, event.title, event.slug = "Draft", "Other", "other"
    event.speakers.add(Speaker(name="Luis", photo=make_image()))
    event.tags.add("b")
    event.save_revision()
    testimonial = make_testimonial()
    testimonial.quote, testimonial.sort_order = "Draft", 99
    testimonial.save_revision()

    for model, pk in ((EventPage, event.pk), (Testimonial, testimonial.pk)):
        rows = model.objects.filter(pk=pk).select_related("locale", "latest_revision")
        (own,) = newest_versions(list(rows))
        wagtails = rows.get().get_latest_revision_as_object()
        # Of what is live, dates and revision are those of the row, not of when it was saved.
        ours = {"first_published_at", "last_published_at", "live_revision", "finishes_at"}
        for field in model._meta.concrete_fields:
            if field.name not in ours:
                assert field.value_from_object(own) == field.value_from_object(wagtails), field.name
        if model is EventPage:
            assert own.url_path == wagtails.url_path
            for name in ("speakers", "sessions"):
                assert [str(row) for row in getattr(own, name).all()] == [
                    str(row) for row in getattr(wagtails, name).all()
                ]
            assert {tag.name for tag in wagtails.tags.all()} == {
                item.tag.name for item in own.tagged_items.all()
            }


def test_permissions_locks_and_log_are_wagtails(site: object) -> None:
    editor = make_user("Editors")
    values = {"title": "Talk", "starts_at": in_hours(5)}
    with pytest.raises(PermissionDenied):
        publishing.create_page(
            model=EventPage, parent=event_index(), values=values, user=editor, publish=True
        )
    page = publishing.create_page(model=EventPage, parent=event_index(), values=values, user=editor)
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=make_administrator())

    locked = EventPage.objects.get(pk=page.pk)
    with pytest.raises(LockedError):
        publishing.change(instance=locked, values={"summary": "New"}, user=editor)
    log = PageLogEntry.objects.filter(page=page.pk).order_by("pk")
    assert [(entry.action, entry.user) for entry in log] == [
        ("wagtail.create", editor),
        ("wagtail.edit", editor),
    ]


def test_problems_have_places_and_nothing_is_saved(site: object) -> None:
    body = [{"type": "heading", "value": {"text": "", "level": "2"}}]
    values = {"title": "Talk", "starts_at": None, "body": body, "speakers": [{"name": ""}]}

    with pytest.raises(InvalidContentError) as refused:
        publishing.create_page(
            model=EventPage,
            parent=event_index(),
            values=values,
            user=make_administrator(),
            publish=True,
        )

    assert {(problem.path, problem.code) for problem in refused.value.problems} == {
        (("starts_at",), "required"),
        (("body", 0, "text"), "required"),
        (("speakers", 0, "name"), "required"),
    }
    assert all(isinstance(problem, Problem) for problem in refused.value.problems)
    assert not EventPage.objects.exists()


def test_reviews_are_approved_and_rejected_by_these_names(site: object) -> None:
    event = make_event(publish=False)
    task = GroupApprovalTask.objects.get()
    names = {name for name, _label, _modal in task.get_actions(event, make_administrator())}
    assert names == set(publishing.Decision.values)
    assert task.get_actions(event, make_user("Editors")) == []
