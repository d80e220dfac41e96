"""The audit log: what its entries say, that nothing changes them, and where they are read."""

import csv
import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import site as django_admin
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode
from openpyxl import load_workbook
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission, ModelLogEntry, Page, PageLogEntry, Site

from cms.admin_api.audit.append_only import permit_retention
from cms.admin_api.tasks import purge_audit_log
from cms.models import User
from cms.origin import Channel, work_as
from content.models import Navigation, SiteSettings
from integrations.webhooks.services import add_endpoint
from tests.admin_clients import PASSWORD, api_client_of, make_administrator, make_user
from tests.factories import event_index, make_event, make_standard_page, make_testimonial
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LOG = "/api/admin/audit-log/"
REPORT = "/admin/reports/site-history/"
CLIENT = "203.0.113.77"
REQUEST_ID = "an-id-of-the-client"


@pytest.fixture
def admin() -> User:
    return make_administrator(username="root", first_name="Ada", last_name="Lovelace")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client(REMOTE_ADDR=CLIENT, headers={"X-Request-ID": REQUEST_ID})
    client.force_login(admin)
    return client


def entries(admin: User, **query: Any) -> list[dict[str, Any]]:
    answer = api_client_of(admin).get(LOG, {"limit": 100, **query})
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def changes(entry: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {each["field"]: (each["before"], each["after"]) for each in entry["changes"]}


def test_an_edit_of_a_page_says_who_from_where_and_what_changed(
    admin: User, browser: Client
) -> None:
    page = make_standard_page(event_index().get_parent().specific, title="About", slug="about")
    form = {
        "title": "About us",
        "slug": "about",
        "summary": "Short",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    answer = browser.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
    assert answer.status_code == 302, answer.context["form"].errors
    edited = entries(admin, object=f"content.standardpage:{page.pk}", action="wagtail.edit")[0]
    assert edited["user"] == {"id": admin.pk, "name": "Ada Lovelace"}
    assert edited["object"] == {
        "type": "content.standardpage",
        "id": str(page.pk),
        "title": "About",
    }
    assert (edited["channel"], edited["client"]) == ("admin", "203.0.113.0/24")
    assert edited["request_id"] == REQUEST_ID
    assert changes(edited) == {"title": ("About", "About us"), "summary": ("", "Short")}


def test_edits_without_revisions_say_what_changed(admin: User, browser: Client) -> None:
    user = make_user("Editors", username="ana")
    form = {
        "username": "ana",
        "email": "new@example.org",
        "first_name": "Ana",
        "last_name": "Mora",
        "password1": "another long password",
        "password2": "another long password",
        "is_active": "on",
        "groups": [Group.objects.get(name="Moderators").pk],
    }
    assert browser.post(reverse("wagtailusers_users:edit", args=[user.pk]), form).status_code == 302
    changed = changes(entries(admin, object=f"cms.user:{user.pk}", action="wagtail.edit")[0])
    assert changed["email"] == (user.email, "new@example.org")
    assert changed["password"] == ("…", "…")
    assert changed["groups"] == (["Editors"], ["Moderators"])
    assert "pbkdf2" not in str(list(ModelLogEntry.objects.values("data")))

    site = Site.objects.get()
    stored = SiteSettings.for_site(site)
    edit = reverse("wagtailsettings:edit", args=["content", "sitesettings", site.pk])
    fields = {"name": "Open Lab", "contact_email": "", "logo": "", "social_links-count": "0"}
    answer = browser.post(edit, fields)
    assert answer.status_code == 302, answer.context["form"].errors
    entry = entries(admin, object=f"content.sitesettings:{stored.pk}")[0]
    assert changes(entry)["name"] == (stored.name, "Open Lab")

    endpoint, _secret = add_endpoint(url="https://hooks.example.org/a", description="First")
    browser.post(
        reverse("webhook_endpoints:edit", args=[endpoint.pk]),
        {"url": endpoint.url, "description": "Second", "event_types": []},
    )
    entry = entries(admin, object=f"webhooks.endpoint:{endpoint.pk}")[0]
    assert changes(entry) == {"description": ("First", "Second")}


def test_permissions_of_groups_are_logged(admin: User, browser: Client) -> None:
    group = Group.objects.get(name="Editors")
    page = event_index()
    publish = Permission.objects.get(codename="publish_page")
    given = GroupPagePermission.objects.create(group=group, page=page, permission=publish)
    given.delete()
    actions = [entry["action"] for entry in entries(admin, object=f"auth.group:{group.pk}")]
    assert actions[:2] == ["permission.take", "permission.give"]


def test_channels(admin: User, browser: Client) -> None:
    log(admin, "wagtail.edit")
    work_as(Channel.JOB)
    try:
        log(admin, "wagtail.edit")
    finally:
        work_as(Channel.COMMAND)
    credentials = {"username": "root", "password": PASSWORD}
    Client().post("/api/auth/login", credentials, content_type="application/json")
    Client().post("/admin/login/", credentials)
    of_user = entries(admin, object=f"cms.user:{admin.pk}")
    assert [entry["channel"] for entry in of_user[1:5]] == ["admin", "api", "job", "command"]


def test_an_entry_outlives_the_account(admin: User, browser: Client) -> None:
    editor = make_user("Editors", username="gone", first_name="Rosa")
    testimonial = make_testimonial()
    log(testimonial, "wagtail.edit", user=editor)
    number = editor.pk
    editor.delete()
    entry = entries(admin, user=number)[0]
    assert entry["user"] == {"id": number, "name": "Rosa"}
    answer = browser.get(REPORT)
    assert answer.status_code == 200
    assert "Rosa" in answer.content.decode()


@pytest.mark.parametrize("model", [ModelLogEntry, PageLogEntry], ids=["model", "page"])
def test_entries_can_only_be_added(admin: User, model: Any) -> None:
    event = make_event()
    log(event, "wagtail.edit", user=admin)
    log(admin, "wagtail.edit", user=admin)
    table = model._meta.db_table
    every = model.objects.all()
    refused = (
        lambda: every.delete(),
        lambda: every.update(label="Other"),
        lambda: every.update(data={}),
        lambda: every.update(user_id=1),
        lambda: every.update(timestamp=F("timestamp") - timedelta(days=1)),
        lambda: every.update(user=None, label="Other"),
        lambda: connection.cursor().execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table}"),
    )
    for attempt in refused:
        with pytest.raises(DatabaseError, match="only be added to"), transaction.atomic():
            attempt()
    # What Django does when something goes that an entry refers to.
    assert every.update(user=None) == every.update(content_type=None, revision=None) > 0


def test_what_is_old_is_deleted_and_that_is_logged(
    admin: User, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    event = make_event()
    for days, label in ((731, "old"), (729, "young")):
        moment = timezone.now() - timedelta(days=days)
        for instance in (admin, event):
            log(instance, "wagtail.edit", title=label, timestamp=moment)
    purge_audit_log(timestamp=0)
    for model in (ModelLogEntry, PageLogEntry):
        labels = set(model.objects.values_list("label", flat=True))
        assert "young" in labels
        assert "old" not in labels
    purged = ModelLogEntry.objects.get(action="audit.purge")
    assert (purged.data["count"], purged.data["days"]) == (2, 730)
    call_command("purge_expired")
    assert "Deleted 0 old entries of the audit log." in capsys.readouterr().out


def test_retention_is_permitted_for_its_own_transaction_only(admin: User) -> None:
    with transaction.atomic():
        permit_retention()
        log(admin, "wagtail.edit")
        assert ModelLogEntry.objects.filter(object_id=str(admin.pk)).delete()[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            ModelLogEntry.objects.update(label="Other")


def test_who_may_see_it(admin: User) -> None:
    moderator = make_user("Moderators")
    assert_problem(api_client_of(moderator).get(LOG), 403)
    client = Client()
    client.force_login(moderator)
    assert client.get(REPORT).status_code == 302
    assert "Audit log" not in client.get("/admin/").content.decode()
    # Nothing but the log, and all of it: of accounts, of pages, and of what nobody may edit.
    auditors = Group.objects.create(name="Auditors")
    only = Permission.objects.filter(codename__in=("view_audit_log", "access_admin"))
    auditors.permissions.set(only)
    auditor = make_user("Auditors")
    log(admin, "wagtail.edit", title="An account", user=admin)
    log(make_event(), "wagtail.edit", title="An event", user=admin)
    assert {"An account", "An event"} <= {each["object"]["title"] for each in entries(auditor)}
    client.force_login(auditor)
    for model, title in ((User, "An account"), (Page, "An event")):
        filters = {"object_type": ContentType.objects.get_for_model(model).pk, "user": admin.pk}
        answer = client.get(REPORT, {**filters, "action": "wagtail.edit"})
        assert [entry.label for entry in answer.context["object_list"]] == [title]
    assert_problem(Client().get(LOG), 401)


def test_filters_and_bad_ones(admin: User) -> None:
    other = make_administrator(username="other")
    testimonial = make_testimonial()
    event = make_event()
    log(testimonial, "wagtail.edit", user=other)
    log(event, "wagtail.edit", user=other)
    assert {entry["id"][:4] for entry in entries(admin, user=other.pk)} >= {"mode", "page"}
    one = entries(admin, object=f"content.testimonial:{testimonial.pk}", user=other.pk)
    assert [entry["action"] for entry in one] == ["wagtail.edit"]
    moment = one[0]["timestamp"]
    assert one[0]["id"] in {entry["id"] for entry in entries(admin, since=moment)}
    assert one[0]["id"] not in {entry["id"] for entry in entries(admin, until=moment)}
    assert entries(admin, object="content.testimonial:0") == []
    assert entries(admin, object="content.eventpage:none") == []
    client = api_client_of(admin)
    bad = {
        "object": ["x", "content.testimonial", "content.testimonial:", "no.such:1", "a.b:\x01", ""],
        "user": ["0", "-1", "a", str(2**63)],
        "action": ["no.such", ""],
        "since": ["yesterday", ""],
        "until": ["2026-13-01"],
        "limit": ["101"],
        "order": ["timestamp"],
    }
    for name, values in bad.items():
        for value in values:
            assert_problem(client.get(LOG, {name: value}), 400, parameters={name})


def test_pages_do_not_overlap_and_cost_the_same(admin: User) -> None:
    client = api_client_of(admin)
    client.get(LOG)

    def queries(limit: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LOG, {"limit": limit}).status_code == 200
        return len([one for one in captured if one["sql"].startswith(("SELECT", "("))])

    for number in range(12):
        log(admin if number % 2 else event_index(), "wagtail.edit", title=f"Entry {number}")
    # Sign-in with user, count, page, and the entries of both tables.
    assert queries(1) <= queries(12) == 5
    first = client.get(LOG, {"limit": 5}).json()
    second = client.get(LOG, {"limit": 5, "offset": 5}).json()
    ids = [entry["id"] for part in (first, second) for entry in part["items"]]
    assert len(set(ids)) == 10
    assert first["meta"]["total_count"] == second["meta"]["total_count"] >= 12
    assert ids == [entry["id"] for entry in client.get(LOG, {"limit": 10}).json()["items"]]


def test_entries_are_lines_of_the_log_without_names(
    admin: User,
    browser: Client,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = make_user("Editors", username="secret-name", email="secret@example.org")
    with django_capture_on_commit_callbacks(execute=True), caplog.at_level(logging.INFO):
        log(user, "wagtail.edit", user=admin)
    (record,) = [record for record in caplog.records if record.name == "cms.audit"]
    assert record.getMessage() == "Audit: wagtail.edit"
    assert (record.action, record.user_id, record.channel, record.fields, record.object) == (
        *("wagtail.edit", admin.pk, "command", []),
        f"cms.user:{user.pk}",
    )
    assert "secret" not in json.dumps(record.__dict__, default=str)


def test_the_report_is_searched_filtered_and_exported_without_formulas(
    admin: User, browser: Client
) -> None:
    log(admin, "wagtail.edit", title="=HYPERLINK(1)", user=admin)
    log(admin, "wagtail.edit", title="Harmless", user=admin)
    shown = browser.get(REPORT, {"label": "hyperlink"}).content.decode()
    assert "=HYPERLINK(1)" in shown
    assert "Harmless" not in shown
    assert "Harmless" not in browser.get(REPORT, {"channel": "api"}).content.decode()
    assert "Harmless" in browser.get(f"{REPORT}results/", {"channel": "command"}).content.decode()
    exported = browser.get(REPORT, {"export": "csv", "object_type": "", "label": "hyper"})
    rows = list(csv.DictReader(io.StringIO(b"".join(exported.streaming_content).decode())))
    assert [row["Name"] for row in rows] == ["'=HYPERLINK(1)"]
    assert rows[0]["User"] == "Ada Lovelace"
    workbook = load_workbook(io.BytesIO(b"".join(browser.get(REPORT, {"export": "xlsx"}))))
    cells = [cell for row in workbook.active.iter_rows() for cell in row]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}
    assert Client().post("/admin/login/", {"username": "root", "password": "x"}).status_code == 200
    failed = browser.get(REPORT, {"action": "sign_in.fail"}).content.decode()
    assert "Failed to sign in" in failed
    assert "<td>–</td>" in failed
    exports = ModelLogEntry.objects.filter(action="audit.export").order_by("pk")
    assert [entry.data["format"] for entry in exports] == ["csv", "xlsx"]


def test_the_report_words_fields_as_forms_do_whatever_they_are_called(
    admin: User, browser: Client
) -> None:
    navigation = Navigation.objects.get(locale__language_code="en")
    former = navigation.save_revision(log_action=False)
    content = {**former.content, "items": "[1]", "tagline": "Made here", "pages": 7}
    former.pk, former.content = None, content
    former.save()
    log(navigation, "wagtail.edit", user=admin, revision=former)
    (entry,) = entries(admin, object=f"content.navigation:{navigation.pk}", action="wagtail.edit")
    assert changes(entry)["pages"] == (None, 7)
    shown = browser.get(REPORT, {"action": "wagtail.edit"}).content.decode()
    assert "3 fields changed" in shown
    assert "<dt>Tagline</dt>" in shown
    assert "<dt>Pages</dt>" in shown


def test_a_deleted_page_is_found(admin: User, browser: Client) -> None:
    event = make_event(title="Gone")
    answer = browser.post(reverse("wagtailadmin_pages:delete", args=[event.pk]))
    assert answer.status_code == 302
    assert not Page.objects.filter(pk=event.pk).exists()
    deleted = entries(admin, object=f"content.eventpage:{event.pk}", action="wagtail.delete")[0]
    assert deleted["object"]["title"] == "Gone"
    assert browser.get(REPORT).status_code == 200


def test_every_other_password_is_in_the_log(admin: User, mailoutbox: list[Any]) -> None:
    user = make_user("Editors", username="ana", email="ana@example.org")
    token = default_token_generator.make_token(user)
    key = urlsafe_base64_encode(str(user.pk).encode())
    visitor = Client(REMOTE_ADDR=CLIENT)
    form = visitor.get(f"/admin/password_reset/confirm/{key}/{token}/", follow=True)
    new = {"new_password1": "another-8-words", "new_password2": "another-8-words"}
    visitor.post(form.redirect_chain[-1][0], new)
    (entry,) = entries(admin, action="password.change")
    assert (entry["object"]["id"], entry["client"], entry["channel"]) == (
        *(str(user.pk), "203.0.113.0/24"),
        "admin",
    )
    user.refresh_from_db()
    user.set_password("yet-another-word")
    user.save()
    user.set_unusable_password()
    user.save()
    assert len(entries(admin, action="password.change")) == 3
    made = User.objects.create_superuser("by-hand", "by-hand@example.org", "some-long-word")
    (created,) = entries(admin, action="wagtail.create", object=f"cms.user:{made.pk}")
    assert created["channel"] == "command"


def test_password_that_is_hashed_anew_is_no_other_one(admin: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    before = admin.password
    assert User.objects.get(pk=admin.pk).check_password(PASSWORD)
    admin.refresh_from_db()
    assert admin.password != before
    assert entries(admin, action="password.change") == []


def test_djangos_admin_changes_nothing_that_the_log_would_miss() -> None:
    assert {model._meta.app_label for model in django_admin._registry} == {"procrastinate"}
