"""Whoever sees in the admin who has written, subscribed or got mail leaves a trace of it."""

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, Site

from cms.models import User
from tests.admin_clients import make_administrator
from tests.integrations.contact.conftest import make_message
from tests.integrations.mail.conftest import queue
from tests.integrations.newsletter.list_worker import confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(site: Site) -> User:
    return make_administrator()


@pytest.fixture
def browser(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


@pytest.fixture
def people(site: Site) -> dict[str, str]:
    """The id of what there is of each kind, all of it about one person."""
    return {
        "contact.contactmessage": str(make_message().pk),
        "newsletter.subscriber": str(confirmed().pk),
        "mail.outgoingmail": str(queue("ana@example.org", template="test").pk),
    }


def read(browser: Client, address: str, **query: str) -> Any:
    """The newest entry, which is about this look."""
    before = ModelLogEntry.objects.count()
    answer = browser.get(address, query)
    assert answer.status_code == 200
    assert ModelLogEntry.objects.count() == before + 1
    return ModelLogEntry.objects.latest("pk")


LISTS = [
    ("contact_messages:index", "contact.list", "contact.contactmessage"),
    ("contact_messages:index_results", "contact.list", "contact.contactmessage"),
    ("subscribers:index", "newsletter.list", "newsletter.subscriber"),
    ("subscribers:index_results", "newsletter.list", "newsletter.subscriber"),
    ("mails:index", "mail.list", "mail.outgoingmail"),
    ("mails:index_results", "mail.list", "mail.outgoingmail"),
    ("wagtailadmin_home", "contact.list", "contact.contactmessage"),
]


@pytest.mark.parametrize(("name", "action", "kind"), LISTS)
def test_each_list_names_whom_it_showed(
    name: str, action: str, kind: str, browser: Client, people: dict[str, str], administrator: User
) -> None:
    entry = read(browser, reverse(name))
    assert (entry.action, entry.user) == (action, administrator)
    assert (entry.data["type"], entry.data["ids"]) == (kind, [people[kind]])
    assert "ana" not in f"{entry.label} {entry.data['ids']}".lower()


@pytest.mark.parametrize(("name", "action", "kind"), LISTS[:-1])
def test_each_search_is_logged_also_if_nobody_is_found(
    name: str, action: str, kind: str, browser: Client, people: dict[str, str]
) -> None:
    entry = read(browser, reverse(name), q="ana@example.org")
    assert (entry.action, entry.data["searched"]) == (action, True)
    assert entry.data["ids"] == [people[kind]]
    entry = read(browser, reverse(name), q="nobody")
    assert (entry.action, entry.data["searched"], entry.data["ids"]) == (action, True, [])
    assert "nobody" not in str(entry.data)


@pytest.mark.parametrize(
    ("name", "action", "kind"),
    [
        ("contact_messages:inspect", "contact.read", "contact.contactmessage"),
        ("subscribers:inspect", "newsletter.read", "newsletter.subscriber"),
        ("mails:inspect", "mail.view", "mail.outgoingmail"),
    ],
)
def test_each_page_of_one_person_is_logged(
    name: str, action: str, kind: str, browser: Client, people: dict[str, str]
) -> None:
    entry = read(browser, reverse(name, args=[people[kind]]))
    assert (entry.action, entry.object_id) == (action, people[kind])


@pytest.mark.parametrize(
    ("name", "action", "kind"),
    [
        ("contact_messages:index", "contact.export", "contact.contactmessage"),
        ("subscribers:index", "newsletter.export", "newsletter.subscriber"),
    ],
)
def test_each_download_names_who_is_in_it(
    name: str, action: str, kind: str, browser: Client, people: dict[str, str]
) -> None:
    entry = read(browser, reverse(name), export="csv")
    assert (entry.action, entry.data["ids"]) == (action, [people[kind]])


def test_page_on_which_messages_are_dealt_with_together_names_them(
    browser: Client, people: dict[str, str]
) -> None:
    pk = people["contact.contactmessage"]
    address = reverse("wagtail_bulk_action", args=["contact", "contactmessage", "state"])
    entry = read(browser, address, id=pk)
    assert (entry.action, entry.data["ids"]) == ("contact.list", [pk])


def test_answer_that_shows_a_message_again_is_a_read(
    browser: Client, people: dict[str, str]
) -> None:
    address = reverse("contact_messages:inspect", args=[people["contact.contactmessage"]])
    assert "Ana" in browser.post(address, {"state": "unknown"}).content.decode()
    assert ModelLogEntry.objects.latest("pk").action == "contact.read"


@pytest.mark.parametrize("action", ["find", "export"])
def test_search_for_everything_about_a_person_is_logged(
    action: str, browser: Client, people: dict[str, str]
) -> None:
    answer = browser.post(reverse("personal_data"), {"address": "ana@example.org", action: "yes"})
    assert "ana@example.org" in answer.content.decode()
    entry = ModelLogEntry.objects.latest("pk")
    assert entry.action == f"personal_data.{action}"
    assert "ana" not in str(entry.data["address"])


def test_who_had_a_message_before_is_told(
    browser: Client, people: dict[str, str], administrator: User
) -> None:
    pk = people["contact.contactmessage"]
    other = make_administrator()
    address = reverse("contact_messages:inspect", args=[pk])
    held: tuple[Any, ...] = (None, administrator.pk, other.pk, None)
    for before, after in pairwise(held):
        form = {"state": "new", "initial-state": "new", "note": ""}
        given = {"initial-assignee": before or "", "assignee": after or ""}
        assert browser.post(address, {**form, **given}).status_code == 302
    entries = ModelLogEntry.objects.filter(action="contact.assign").order_by("pk")
    told = [(entry.data["from"], entry.data["to"]) for entry in entries]
    assert told == list(pairwise(held))
    report = browser.get("/admin/reports/site-history/", {"action": "contact.assign"})
    assert f"<del>{administrator}</del> → <ins>{other}</ins>" in report.content.decode()
