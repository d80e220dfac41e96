"""A publish is all or nothing: a receiver that fails leaves everything as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision
from wagtail.search.models import IndexEntry
from wagtail.signals import page_published, page_unpublished, published, unpublished

from cms.models import ContentChange, User
from content import publishing, scheduling
from content.models import EventPage, Testimonial
from integrations.webhooks.models import Message
from integrations.webhooks.services import add_endpoint
from tests.content.admin.steps import Admin, form_data
from tests.factories import make_testimonial

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, site: object) -> Admin:
    client.raise_request_exception = False
    add_endpoint(url="https://www.example.org/hook")
    user = User.objects.create_superuser("chief", "chief@example.org", "long-password")
    return Admin(client, user)


@contextmanager
def failing(signal: Signal, *, sender: Any = None, at_call: int = 1) -> Iterator[None]:
    """`signal` has a receiver that fails, at first or at a later call."""
    calls = 0

    def fail(**kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == at_call:
            message = "a receiver fails"
            raise RuntimeError(message)

    signal.connect(fail, sender=sender)
    try:
        yield
        assert calls >= at_call, "the receiver was never called"
    finally:
        signal.disconnect(fail, sender=sender)


def everything() -> dict[str, list[Any]]:
    """All that a publish touches: content, aliases, revisions, log, search index, the content
    version, what webhooks tell, and the jobs that do.
    """
    tables: tuple[type[Any], ...] = (
        *(Page, EventPage, Testimonial, Revision),
        *(PageLogEntry, ModelLogEntry, IndexEntry),
        *(ContentChange, Message, ProcrastinateJob),
    )
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values()) for model in tables
    }


def answered(admin: Admin, page: Page, name: str, data: dict[str, Any] | None = None) -> int:
    url = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
    return int(admin.client.post(url, data or {}).status_code)


PUBLISH = {**form_data("Meetup", summary="changed"), "action-publish": "on"}
PAGE_STEPS: list[tuple[str, Signal, Any, str, dict[str, Any]]] = [
    ("publish, page_published", page_published, None, "edit", PUBLISH),
    ("publish, published", published, EventPage, "edit", PUBLISH),
    ("publish, log entry", post_save, PageLogEntry, "edit", PUBLISH),
    ("save a draft", post_save, Revision, "edit", form_data("Meetup", summary="changed")),
    ("unpublish, page_unpublished", page_unpublished, None, "unpublish", {}),
    ("unpublish, unpublished", unpublished, None, "unpublish", {}),
    ("delete", post_delete, Page, "delete", {}),
]


@pytest.mark.parametrize("step", PAGE_STEPS, ids=lambda step: step[0])
def test_failing_receiver_undoes_the_request(
    admin: Admin, step: tuple[str, Signal, Any, str, dict[str, Any]]
) -> None:
    _name, signal, sender, view, data = step
    event = admin.add_live("en")
    before = everything()
    with failing(signal, sender=sender):
        assert answered(admin, event, view, data) == 500
    assert everything() == before
    # The same without the failure does change something.
    assert answered(admin, event, view, data) == 302
    assert everything() != before


def test_failing_receiver_undoes_an_autosave(admin: Admin) -> None:
    event = admin.add_live("en")
    before = everything()
    url = reverse("wagtailadmin_pages:edit", args=[event.pk])
    with failing(post_save, sender=Revision):
        answer = admin.client.post(
            url, form_data("Meetup", summary="changed"), headers={"Accept": "application/json"}
        )
    assert answer.status_code == 500
    assert everything() == before


@pytest.mark.parametrize(
    ("action", "signal"), [("publish", page_published), ("unpublish", page_unpublished)]
)
def test_bulk_action_that_fails_at_its_second_page_undoes_the_first(
    admin: Admin, action: str, signal: Signal
) -> None:
    pages = [admin.add_live("en", title) for title in ("First", "Second")]
    if action == "publish":
        for page in pages:
            admin.edit(page, page.title, summary="changed")
    before = everything()
    # Aliases have signals of their own, after their source's.
    with failing(signal, at_call=3), pytest.raises(AssertionError):
        admin.bulk(action, *pages)
    assert everything() == before
    admin.bulk(action, *pages)
    assert everything() != before


def test_failing_receiver_undoes_the_publication_of_a_snippet(admin: Admin) -> None:
    said = make_testimonial(publish=False, quote="Before")
    url = reverse("wagtailsnippets_content_testimonial:edit", args=[said.pk])
    data = {
        "author_name": said.author_name,
        "author_role": "",
        "author_organisation": "",
        "quote": "After",
        "source_url": "",
        "rating": "",
        "action-publish": "on",
    }
    before = everything()
    with failing(published, sender=Testimonial):
        assert admin.client.post(url, data).status_code == 500
    assert everything() == before
    assert admin.client.post(url, data).status_code == 302
    assert everything() != before


def test_failing_receiver_undoes_what_code_publishes(admin: Admin) -> None:
    event = admin.add_live("en")
    event.title = "Changed"
    publishing.save_revision(instance=event)
    said = Testimonial(author_name="Ana", quote="Good", locale=event.locale)
    before = everything()
    with failing(page_published), pytest.raises(RuntimeError):
        publishing.publish(instance=event)
    with failing(published), pytest.raises(RuntimeError):
        publishing.add_snippet(snippet=said)
    assert everything() == before


def test_failing_receiver_undoes_what_the_scheduler_withdraws(admin: Admin) -> None:
    event = admin.add_live("en")
    EventPage.objects.filter(pk=event.pk).update(expire_at=timezone.now())
    before = everything()
    with failing(page_unpublished):
        scheduling.run_due()
    assert everything() == before
    assert scheduling.failing().get().object_id == str(event.pk)
