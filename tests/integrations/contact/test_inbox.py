"""The inbox, as somebody who deals with messages uses it and as nobody else may."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from cms.models import User
from integrations.contact.models import ContactMessage, ContactSettings
from integrations.mail.models import OutgoingMail
from tests.content.admin.conftest import member
from tests.integrations.contact.conftest import MESSAGE, make_message, post

pytestmark = pytest.mark.django_db

INBOX = "contact_messages:index"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", ";=1"]


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def detail(message: ContactMessage) -> str:
    return reverse("contact_messages:inspect", args=[message.pk])


def shown(browser: Client, **query: str) -> str:
    return text(browser.get(reverse("contact_messages:index_results"), query))


def logged(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=action))


def bulk(browser: Client, action: str, messages: list[ContactMessage], **data: Any) -> Any:
    url = reverse("wagtail_bulk_action", args=["contact", "contactmessage", action])
    query = "&".join(f"id={message.pk}" for message in messages)
    assert browser.get(f"{url}?{query}").status_code == 200
    return browser.post(f"{url}?{query}&next={reverse(INBOX)}", data)


@pytest.mark.parametrize("action", ["state", "assign", "erase"])
def test_nothing_is_done_to_all_messages_whatever_the_list_shows(
    browser: Client, responder: User, action: str
) -> None:
    make_message()
    url = reverse("wagtail_bulk_action", args=["contact", "contactmessage", action])
    assert browser.post(f"{url}?state=spam&id=all&next={reverse(INBOX)}").status_code == 404
    assert ContactMessage.objects.count() == 1


def test_message_is_shown_harmlessly_and_its_reading_logged(
    browser: Client, responder: User
) -> None:
    message = make_message(message="<script>alert(1)</script>\nBye", subject="Café & té")
    page = text(browser.get(detail(message)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "mailto:ana@example.org?subject=Re%3A%20Caf%C3%A9%20%26%20t%C3%A9&amp;body=" in page
    (entry,) = logged("contact.read")
    assert (entry.user, entry.object_id) == (responder, str(message.pk))
    assert "ana" not in f"{entry.label} {entry.data}".lower()
    message.refresh_from_db()
    assert not message.is_unread


def test_unread_messages_are_counted_until_somebody_opens_them(browser: Client) -> None:
    home = reverse("wagtailadmin_home")
    assert "contact-inbox" not in text(browser.get(home))
    message = make_message()
    make_message(state="spam", suspicion="honeypot")
    page = text(browser.get(home))
    assert "1 unread message" in page
    assert "1 message was held as spam" in page
    assert "Messages (1)" in page
    browser.get(detail(message))
    page = text(browser.get(home))
    assert "unread message" not in page
    assert "Messages (1)" not in page


def test_state_person_and_note_are_saved_and_logged(browser: Client, responder: User) -> None:
    message = make_message()
    data = {"state": "in_progress", "assignee": responder.pk, "note": "Ask Luis <b>first</b>"}
    page = text(browser.post(detail(message), data, follow=True))
    message.refresh_from_db()
    assert (message.state, message.assignee) == ("in_progress", responder)
    assert "Ask Luis &lt;b&gt;first&lt;/b&gt;" in page
    assert [len(logged(f"contact.{name}")) for name in ("state", "assign", "note")] == [1, 1, 1]
    assert "Luis" not in str(logged("contact.note")[0].data)
    history = reverse("contact_messages:history", args=[message.pk])
    page = text(browser.get(history))
    assert "State of the message changed" in page
    assert f'href="{detail(message)}"' in page


def test_who_saves_later_undoes_nothing_of_others(browser: Client, responder: User) -> None:
    message = make_message()
    shown = browser.get(detail(message)).context["form"].shown()
    inputs = [re.search('name="(.*?)"(?: value="(.*?)")?', each) for each in shown]
    opened = {each[1]: each[2] or "" for each in inputs if each}
    assert opened == {"initial-state": "new", "initial-assignee": ""}
    assert all(each in text(browser.get(detail(message))) for each in shown)
    ContactMessage.objects.update(state="answered", assignee=responder)

    browser.post(detail(message), {**opened, "state": "new", "assignee": "", "note": "Called"})

    message.refresh_from_db()
    assert (message.state, message.assignee) == ("answered", responder)
    assert [note.text for note in message.notes.all()] == ["Called"]


def test_message_stays_with_somebody_who_has_left(browser: Client) -> None:
    gone = User.objects.create_user("gone", "gone@example.org", "x", is_active=False)
    message = make_message(assignee=gone)
    opened = {"initial-state": "new", "initial-assignee": gone.pk}
    answer = browser.post(
        detail(message), {**opened, "state": "in_progress", "assignee": gone.pk, "note": ""}
    )
    assert answer.status_code == 302
    message.refresh_from_db()
    assert (message.state, message.assignee) == ("in_progress", gone)


def test_messages_cannot_be_given_to_who_may_not_deal_with_them(browser: Client) -> None:
    stranger = User.objects.create_user("stranger", "s@example.org", "x")
    message = make_message()
    answer = browser.post(detail(message), {"state": "new", "assignee": stranger.pk})
    assert "assignee" in answer.context["form"].errors


def test_spam_and_archive_are_out_of_the_way_but_found(browser: Client) -> None:
    make_message(subject="Plain")
    make_message(subject="Pills", state="spam", suspicion="honeypot")
    make_message(subject="Ancient", state="archived")
    page = shown(browser)
    assert "Plain" in page
    assert "Pills" not in page
    assert "Ancient" not in page
    assert "Pills" in shown(browser, state="spam")
    assert "Plain" not in shown(browser, suspicion="honeypot")
    assert "Ancient" in shown(browser, q="ancient")
    assert "Plain" not in shown(browser, q="nothing like it")


SEARCHES = [
    ("jose", True),
    ("José NUNEZ", True),
    ("nunez cafe", True),
    ("exam", True),
    ("jose@example.org", True),
    ("jose tea", False),
    ("%", False),
]


@pytest.mark.parametrize(("words", "is_found"), SEARCHES)
def test_search_minds_neither_accents_nor_case(
    browser: Client, words: str, *, is_found: bool
) -> None:
    make_message(name="Jose\u0301 Núñez", email="Jose@Example.org", message="¿Hay CAFÉ?")
    assert ("Coffee" in shown(browser, q=words)) is is_found


def test_list_is_filtered_by_person_and_day(browser: Client, responder: User) -> None:
    make_message(subject="Mine", assignee=responder)
    make_message(subject="Nobodys")
    page = shown(browser, assignee=str(responder.pk))
    assert "Mine" in page
    assert "Nobodys" not in page
    assert "Mine" not in shown(browser, received_at_to="2020-01-01")


def test_several_messages_change_at_once(browser: Client, responder: User) -> None:
    messages = [make_message() for _ in range(3)]
    assert bulk(browser, "state", messages, state="answered").status_code == 302
    assert bulk(browser, "assign", messages[:2], assignee=responder.pk).status_code == 302
    assert set(ContactMessage.objects.values_list("state", flat=True)) == {"answered"}
    assert ContactMessage.objects.filter(assignee=responder).count() == 2
    assert bulk(browser, "erase", messages[:1]).status_code == 302
    assert ContactMessage.objects.count() == 2
    assert len(logged("contact.erase")) == 1


def test_erased_message_takes_notes_and_mails_along(
    browser: Client, contact_settings: ContactSettings
) -> None:
    post(MESSAGE)
    message = ContactMessage.objects.get()
    assert OutgoingMail.objects.exists()
    url = reverse("contact_messages:delete", args=[message.pk])
    assert "erased for good" in text(browser.get(url))
    assert browser.post(url).status_code == 302
    assert not ContactMessage.objects.exists()
    assert not OutgoingMail.objects.exists()
    (entry,) = logged("contact.erase")
    assert "ana" not in f"{entry.label} {entry.data}".lower()


def test_export_is_logged_and_safe_to_open(browser: Client) -> None:
    for formula in FORMULAS:
        make_message(name=formula.strip() or "x", message=formula, subject="plain")
    answer = browser.get(reverse(INBOX), {"export": "csv"})
    content = b"".join(answer.streaming_content).decode()
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == len(FORMULAS) + 1
    cells = {cell for row in rows[1:] for cell in row}
    assert {f"'{formula}" for formula in FORMULAS} <= cells
    assert "plain" in cells
    (entry,) = logged("contact.export")
    everybody = {str(pk) for pk in ContactMessage.objects.values_list("pk", flat=True)}
    assert (set(entry.data["ids"]), entry.data["format"]) == (everybody, "csv")
    answer = browser.get(reverse(INBOX), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value}
    assert "f" not in kinds
    assert "no-store" in answer["Cache-Control"]


def test_list_asks_the_database_no_more_for_more_rows(
    browser: Client, responder: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(15):
        make_message(assignee=responder)
    browser.get(reverse(INBOX))
    with django_assert_max_num_queries(25):
        browser.get(reverse(INBOX))


def test_others_see_and_do_nothing(site: object) -> None:
    message = make_message()
    browser = Client()
    browser.force_login(member("Moderators"))
    assert "contact-inbox" not in text(browser.get(reverse("wagtailadmin_home")))
    urls = [reverse(INBOX), detail(message)]
    urls.append(reverse("contact_messages:delete", args=[message.pk]))
    urls.append(reverse("contact_messages:history", args=[message.pk]))
    for url in urls:
        assert browser.get(url).status_code in (302, 403), url
        assert browser.post(url, {"state": "spam"}).status_code in (302, 403, 405), url
    action = reverse("wagtail_bulk_action", args=["contact", "contactmessage", "erase"])
    browser.post(f"{action}?id={message.pk}")
    assert ContactMessage.objects.get().state == "new"
    assert not logged("contact.read")


def test_reader_sees_and_changes_nothing(site: object) -> None:
    message = make_message()
    reader = member("Editors")
    reader.user_permissions.set(Permission.objects.filter(codename="view_contactmessage"))
    browser = Client()
    browser.force_login(reader)
    assert "Deal with it" not in text(browser.get(detail(message)))
    assert browser.post(detail(message), {"state": "spam"}).status_code in (302, 403)
    assert ContactMessage.objects.get().state == "new"


def test_unknown_message_is_not_found(browser: Client) -> None:
    for key in ("abc", "00000000-0000-0000-0000-000000000000"):
        assert browser.get(f"{reverse(INBOX)}inspect/{key}/").status_code == 404
        assert browser.get(f"{reverse(INBOX)}delete/{key}/").status_code == 404
    action = reverse("wagtail_bulk_action", args=["contact", "contactmessage", "erase"])
    assert browser.get(f"{action}?id=abc").status_code == 404


def test_settings_refuse_what_is_no_address(client: Client, site: object) -> None:
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    settings = ContactSettings.load()
    url = reverse("wagtailsettings:edit", args=["contact", "contactsettings", settings.pk])
    data = {"recipients": "team@example.org\nnobody", "retention_days": "30", "held_senders": "%"}
    page = text(client.post(url, data))
    assert "nobody is not an email address" in page
    assert "% is neither an email address nor a domain" in page
    data |= {"recipients": "a@example.org", "held_senders": "Bücher.example\r\nEve@Example.org"}
    assert client.post(url, data).status_code == 302
    assert ContactSettings.load().recipient_addresses == ["a@example.org"]
    assert ContactSettings.load().held_senders == "xn--bcher-kva.example\neve@example.org"


def test_inbox_speaks_spanish(browser: Client, responder: User) -> None:
    profile = UserProfile.get_for_user(responder)
    profile.preferred_language = "es"
    profile.save()
    page = text(browser.get(detail(make_message())))
    assert "Responder por correo" in page
    assert "Reply by email" not in page


def test_inbox_warns_as_long_as_nobody_is_told_of_messages(
    browser: Client, responder: User
) -> None:
    warning = "Nobody is told of new messages"
    ContactSettings.objects.update_or_create(defaults={"recipients": ""})
    assert warning in text(browser.get(reverse(INBOX)))
    ContactSettings.objects.update(recipients="staff@example.org")
    assert warning not in text(browser.get(reverse(INBOX)))


def test_states_begin_with_a_capital(browser: Client, responder: User) -> None:
    message = make_message()
    page = text(browser.get(reverse(INBOX)))
    for word in ("New (unread)", "In progress", "Answered"):
        assert word in page
    assert "In progress" in text(browser.get(detail(message)))
