"""Whose data were read, what a state became, who asked for a password: entries tell all of it."""

import csv
import io
import re
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission, ModelLogEntry
from wagtail.users.models import UserProfile

from cms.admin_api.audit.listing import of_object
from cms.admin_api.models import SignIn
from cms.admin_api.sign_in_log import has_ended
from cms.models import AcceptedRequest, User
from integrations.contact.models import ContactMessage, State
from integrations.contact.services import assign, change_state, note_export
from tests.admin_clients import api_client_of, make_administrator, make_user
from tests.factories import event_index
from tests.integrations.contact.conftest import make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LOG = "/api/admin/audit-log/"
REPORT = "/admin/reports/site-history/"
CLIENT = "203.0.113.77"


@pytest.fixture
def admin() -> User:
    return make_administrator()


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def entries(admin: User, **query: Any) -> list[dict[str, Any]]:
    answer = api_client_of(admin).get(LOG, {"limit": 100, **query})
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


STATE = {"field": "state", "before": "new", "after": "archived"}


def test_who_has_seen_a_message_and_what_became_of_it(admin: User, browser: Client) -> None:
    one, other = (make_message(name=name) for name in ("Rosa", "Luis"))
    reader = make_administrator(username="reader", first_name="Ana")
    assert api_client_of(reader).get("/api/admin/contact-messages/").status_code == 200
    change_state(messages=[one], state=State.ARCHIVED, user=reader)
    name = f"contact.contactmessage:{one.pk}"
    changed, listed = entries(admin, object=name)
    assert (listed["action"], listed["user"]["name"]) == ("contact.list", "Ana")
    assert listed["details"] == {
        "type": "contact.contactmessage",
        "ids": [str(other.pk), str(one.pk)],
        "searched": False,
    }
    assert (changed["changes"], changed["details"]) == ([STATE], {})
    note_export(messages=ContactMessage.objects.filter(pk=one.pk), file_type="csv", user=reader)
    assert entries(admin, object=name)[0]["action"] == "contact.export"
    # Neither an id of another type, nor what is no id.
    assert entries(admin, object=f"content.testimonial:{one.pk}") == []
    history = browser.get(reverse("contact_messages:history", args=[other.pk]))
    assert [entry.action for entry in history.context["object_list"]] == ["contact.list"]

    publish = Permission.objects.get(codename="publish_page")
    group = Group.objects.get(name="Editors")
    page = event_index()
    GroupPagePermission.objects.create(group=group, page=page, permission=publish)
    (given,) = entries(admin, object=f"auth.group:{group.pk}", action="permission.give")
    assert given["details"] == {"permission": "publish_page", "where": str(page)}
    shown = browser.get(REPORT).content.decode()
    assert "<dd>publish_page</dd>" in shown
    assert "<del>new</del> → <ins>archived</ins>" in shown
    table = browser.get(REPORT, {"export": "csv", "action": "permission.give"})
    rows = list(csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode())))
    assert f"Where: {page}; Permission: publish_page" in {row["Details"] for row in rows}


LABEL = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            {
                ("Kind", "Message"),
                ("By a search", "no"),
                ("File format", "csv"),
                ("Number", "1"),
                ("Assigned to", "<del>–</del> → <ins>reader</ins>"),
                ("Reason", "Signed out"),
                ("Found", "Mails: 0, Newsletter: 0, Messages of the contact form: 1"),
                ("From", "Old parent"),
                ("Version", "To go live at: Jan. 2, 2026, 9:04 a.m."),
                ("State", "<del>in progress</del> → <ins>answered</ins>"),
                ("Workflow", "Moderators approval"),
            },
        ),
        (
            "es",
            {
                ("Tipo", "Mensaje"),
                ("Mediante una búsqueda", "no"),
                ("Formato del archivo", "csv"),
                ("Asignado a", "<del>–</del> → <ins>reader</ins>"),
                ("Motivo", "Sesión cerrada"),
                ("Estado", "<del>en curso</del> → <ins>respondido</ins>"),
                ("Flujo de trabajo", "Moderators approval"),
            },
        ),
    ],
)
def test_report_says_in_words_what_the_api_says_in_keys(
    admin: User, browser: Client, language: str, expected: set[tuple[str, str]]
) -> None:
    UserProfile.objects.create(user=admin, preferred_language=language)
    message, reader = make_message(state="in_progress"), make_administrator(username="reader")
    assert api_client_of(reader).get("/api/admin/contact-messages/").status_code == 200
    note_export(messages=ContactMessage.objects.all(), file_type="csv", user=reader)
    assign(messages=[message], assignee=reader, user=reader)
    change_state(messages=[message], state=State.ANSWERED, user=reader)
    has_ended(reader, SignIn.EndReason.SIGNED_OUT)
    found = {"contact_messages": 1, "mails": 0, "newsletter": 0}
    log(reader, "personal_data.find", user=reader, data={"address": "abc", "counts": found})
    # As Wagtail writes them.
    page = event_index()
    places = {name: {"id": 1, "title": f"{name.title()} parent"} for name in ("old", "new")}
    moved = {"source": places["old"], "destination": places["new"]}
    log(page, "wagtail.move", user=reader, data=moved)
    moment = "2026-01-02T09:04:00Z"
    version = {"revision": {"id": 1, "go_live_at": moment, "has_live_version": True}}
    log(page, "wagtail.publish.schedule", user=reader, data=version)
    workflow = {"workflow": {"id": 1, "title": "Moderators approval", "status": "in_progress"}}
    log(page, "wagtail.workflow.start", user=reader, data=workflow)
    shown = LABEL.findall(unescape(browser.get(REPORT).content.decode()))
    pairs = {(label, " ".join(value.split())) for label, value in shown}
    assert expected - {(label, value.partition(";")[0]) for label, value in pairs} == set()
    keys = [label for label, _value in pairs if "_" in label or label == label.lower()]
    assert keys == []


def test_lists_are_found_by_an_index(admin: User) -> None:
    messages = ContentType.objects.get_for_model(ContactMessage)
    wanted = of_object(messages, "7")
    now = timezone.now()
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=messages,
            object_id="",
            action="contact.list",
            timestamp=now - timedelta(minutes=number),
            data={"type": "contact.contactmessage", "ids": [str(number)]},
        )
        for number in range(5000)
    )
    with connection.cursor() as cursor:
        # Without figures of its own the planner guesses by what other tests left behind.
        cursor.execute("ANALYZE wagtailcore_modellogentry")
    found = ModelLogEntry.objects.filter(wanted)
    assert [entry.data["ids"] for entry in found] == [["7"]]
    assert "cms_audit_ids" in found.explain()


def test_asking_for_a_password_is_in_the_log_and_limited(
    admin: User, mailoutbox: list[Any]
) -> None:
    user = make_user("Editors", email="ana@example.org")
    make_user("Editors", email="other@example.org")
    visitor = Client(REMOTE_ADDR=CLIENT)
    for _number in range(6):
        answer = visitor.post("/admin/password_reset/", {"email": "Ana@example.org"})
        assert answer.status_code == 302
    assert visitor.post("/admin/password_reset/", {"email": "no@example.org"}).status_code == 302
    asked = entries(admin, action="password.ask")
    assert {entry["object"]["id"] for entry in asked} == {str(user.pk)}
    assert {(entry["user"], entry["client"]) for entry in asked} == {(None, "203.0.113.0/24")}
    assert len(asked) == len(mailoutbox) == 5
    visitor.post("/admin/password_reset/", {"email": "other@example.org"})
    assert len(mailoutbox) == 6


def test_one_client_asks_for_few_passwords_whoever_they_are_for(
    admin: User, mailoutbox: list[Any], client: Client
) -> None:
    addresses = [f"person-{number}@example.org" for number in range(22)]
    # Addresses without an account count, too: the others would tell which ones have none.
    for address in addresses[10:]:
        make_user("Editors", email=address)
    ask = partial(client.post, "/admin/password_reset/")
    answers = [ask({"email": address}, REMOTE_ADDR=CLIENT) for address in addresses]
    assert {(each.status_code, each["Location"], each.content) for each in answers} == {
        (302, "/admin/password_reset/done/", b"")
    }
    assert [mail.to for mail in mailoutbox] == [[address] for address in addresses[10:20]]
    assert len(entries(admin, action="password.ask")) == 10
    # Others are not kept from it, and this client only for an hour.
    ask({"email": addresses[20]}, REMOTE_ADDR="198.51.100.9")
    assert len(mailoutbox) == 11
    AcceptedRequest.objects.update(accepted_at=F("accepted_at") - timedelta(hours=1))
    ask({"email": addresses[21]}, REMOTE_ADDR=CLIENT)
    assert len(mailoutbox) == 12
