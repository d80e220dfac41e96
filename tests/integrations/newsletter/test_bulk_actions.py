"""Several subscribers at once: whoever may, after a page that asks, and each in the log."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from cms.models import User
from integrations.mail.models import OutgoingMail
from integrations.mail.services import is_suppressed
from integrations.newsletter.models import Subscriber
from integrations.newsletter.states import State
from tests.content.admin.conftest import member
from tests.integrations.newsletter.conftest import subscriber_in
from tests.integrations.newsletter.desk import logged, text
from tests.integrations.newsletter.list_worker import confirmed

pytestmark = pytest.mark.django_db

LIST = "/admin/subscribers/"
NAMES = ("ana", "luis", "eva", "rosa", "juan")


def address_of(action: str, *subscribers: Subscriber) -> str:
    url = reverse("wagtail_bulk_action", args=["newsletter", "subscriber", action])
    return f"{url}?next={LIST}&" + "&".join(f"id={each.pk}" for each in subscribers)


@pytest.fixture
def five() -> list[Subscriber]:
    """One in each state."""
    named = zip(NAMES, State, strict=True)
    return [subscriber_in(state, f"{name}@example.org") for name, state in named]


def states() -> list[str]:
    found = dict(Subscriber.objects.values_list("email", "state"))
    return [found[f"{name}@example.org"] for name in NAMES]


def test_who_is_on_the_list_is_taken_off_and_nobody_else_changes(
    browser: Client, keeper: User, five: list[Subscriber]
) -> None:
    url = address_of("unsubscribe", *five)
    question = text(browser.get(url))
    assert "Only they can come back" in question
    assert all(f"{name}@example.org" in question for name in NAMES)
    assert states() == list(State), "only asked"
    page = text(browser.post(url, follow=True))
    assert "2 people were taken off the list." in page
    assert states() == ["unsubscribed", "unsubscribed", "unsubscribed", "bounced", "complained"]
    # Nobody said that these two take mail again.
    assert is_suppressed("rosa@example.org")
    assert is_suppressed("juan@example.org")
    entries = logged("newsletter.state")
    assert {(entry.user, entry.object_id) for entry in entries} == {
        (keeper, str(each.pk)) for each in five[:2]
    }
    assert "0 people were taken off" in text(browser.post(url, follow=True))


def test_several_are_erased_with_what_is_about_them(
    browser: Client, keeper: User, five: list[Subscriber]
) -> None:
    url = address_of("erase", *five[1:])
    assert "for good" in text(browser.get(url))
    assert Subscriber.objects.count() == 5
    assert "4 people were erased." in text(browser.post(url, follow=True))
    assert Subscriber.objects.get().email == "ana@example.org"
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {"ana@example.org"}
    entries = logged("newsletter.erase")
    assert {entry.object_id for entry in entries} == {str(each.pk) for each in five[1:]}
    assert {entry.user for entry in entries} == {keeper}
    assert "@example.org" not in "".join(f"{entry.label}{entry.data}" for entry in entries)


def test_whom_the_page_that_asks_has_shown_is_in_the_log(
    browser: Client, keeper: User, five: list[Subscriber]
) -> None:
    browser.get(address_of("erase", *five[:2]))
    (entry,) = logged("newsletter.list")
    assert entry.user == keeper
    assert set(entry.data["ids"]) == {str(each.pk) for each in five[:2]}


@pytest.mark.parametrize("action", ["unsubscribe", "erase"])
def test_nothing_is_done_to_all_or_to_unknown_people(
    browser: Client, five: list[Subscriber], action: str
) -> None:
    for key in ("all", "abc", "00000000-0000-0000-0000-000000000000"):
        url = f"{address_of(action)}id={key}"
        assert browser.get(url).status_code == 404
        assert browser.post(url).status_code == 404
    assert states() == list(State)


def test_each_action_needs_its_right(client: Client, site: Site) -> None:
    subscriber = confirmed()
    reader = member("Editors")
    client.force_login(reader)
    rights = ("view", "change", "delete")
    for given, wanted in (
        ((), ()),
        (("view",), ()),
        (("change",), ("unsubscribe",)),
        (("delete",), ("erase",)),
    ):
        names = [f"{right}_subscriber" for right in rights if right in given]
        reader.user_permissions.set(Permission.objects.filter(codename__in=names))
        if given:
            assert ("data-bulk-action-checkbox" in text(client.get(LIST))) is bool(wanted)
        for action in ("erase", "unsubscribe"):
            if action in wanted:
                assert subscriber.email in text(client.get(address_of(action, subscriber)))
                continue
            answer = client.get(address_of(action, subscriber))
            assert subscriber.email not in answer.content.decode()
            client.post(address_of(action, subscriber))
            subscriber.refresh_from_db()
            assert subscriber.state == State.CONFIRMED


def test_download_has_whom_the_list_shows(browser: Client, five: list[Subscriber]) -> None:
    def downloaded(**query: Any) -> set[str]:
        answer = browser.get(LIST, {"export": "csv", **query})
        rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))  # type: ignore[attr-defined]
        return {row[0] for row in rows} - {"Email address", "email"}

    assert len(downloaded()) == 5
    assert downloaded(state=["bounced", "complained"]) == {"rosa@example.org", "juan@example.org"}
    assert downloaded(q="luis") == {"luis@example.org"}
    everybody = [entry.data["ids"] for entry in logged("newsletter.export")]
    assert sorted(len(ids) for ids in everybody) == [1, 2, 5]
