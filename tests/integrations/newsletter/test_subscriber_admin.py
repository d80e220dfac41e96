"""The subscribers in the admin: for whoever looks after the list, and nobody else."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import Site
from wagtail.users.models import UserProfile

from cms.models import User
from integrations.mail.models import Channel, OutgoingMail
from integrations.newsletter import services, tasks
from integrations.newsletter.list_outbox import LIST_WAY
from integrations.newsletter.models import ListComparison, ListEntry, Subscriber
from integrations.newsletter.states import State
from tests.content.admin.conftest import member
from tests.integrations.mail.providers import Provider
from tests.integrations.newsletter.conftest import evidence, mails, post, subscriber_in
from tests.integrations.newsletter.conftest import work as work_off
from tests.integrations.newsletter.desk import logged, text
from tests.integrations.newsletter.list_worker import ANA, WorkerContext, confirmed, work
from tests.integrations.newsletter.lists import MailgunMembers
from tests.integrations.webhooks.receiver import answer

pytestmark = pytest.mark.django_db

LIST = "subscribers:index"
RESULTS = "subscribers:index_results"


def shown(browser: Client, **query: str) -> str:
    return text(browser.get(reverse(RESULTS), query))


def page(subscriber: Subscriber) -> str:
    return reverse("subscribers:inspect", args=[subscriber.pk])


def press(browser: Client, subscriber: Subscriber, action: str) -> str:
    url = reverse("subscribers:act", args=[subscriber.pk, action])
    return text(browser.post(url, follow=True))


def test_list_is_searched_and_filtered(browser: Client) -> None:
    confirmed("ana@example.org", "Ana Solís", "es")
    luis = confirmed("Luis.Mora@bücher.example", "Luis", "en")
    services.leave(address=luis.email, evidence=evidence())
    Subscriber.objects.filter(pk=luis.pk).update(source="footer")
    assert "ana@example.org" in shown(browser, q="solis")
    assert "Luis" not in shown(browser, q="SOLÍS ana")
    for query in ("luis.mora@BÜCHER.example", "luis.mora@xn--bcher-kva.example", "mora bucher"):
        assert "Luis.Mora@" in shown(browser, q=query), query
    assert "example.org" not in shown(browser, q="nobody") + shown(browser, q="%")
    for query, value in (("state", "unsubscribed"), ("locale", "en"), ("source", "footer")):
        found = shown(browser, **{query: value})
        assert "Luis.Mora@" in found
        assert "ana@example.org" not in found
    assert "ana@example.org" not in shown(browser, created_at_to="2020-01-01")


def test_list_asks_the_database_no_more_for_more_rows(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        confirmed(f"person{number}@example.org")
    browser.get(reverse(LIST))
    with django_assert_max_num_queries(22):
        browser.get(reverse(LIST))


def test_person_is_shown_with_consent_and_the_look_logged(browser: Client, keeper: User) -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    Subscriber.objects.filter(pk=subscriber.pk).update(name="<script>alert(1)</script>")
    shown_page = text(browser.get(page(subscriber)))
    assert "<script>alert" not in shown_page
    for words in ("asked for the newsletter", "confirmed", "Mails to them", "Take off the list"):
        assert words in shown_page
    (entry,) = logged("newsletter.read")
    assert (entry.user, entry.object_id) == (keeper, str(subscriber.pk))
    assert "ana" not in f"{entry.label} {entry.data}".lower()


def test_people_are_unsubscribed_asked_again_and_released(browser: Client) -> None:
    pending = subscriber_in(State.PENDING)
    assert "on its way" in press(browser, pending, "ask-again")
    assert len(mails(ANA, "newsletter_confirm")) == 2
    assert "had enough" in press(browser, pending, "ask-again")
    assert len(mails(ANA, "newsletter_confirm")) == 2
    gone = confirmed("luis@example.org")
    press(browser, gone, "unsubscribe")
    gone.refresh_from_db()
    assert gone.state == State.UNSUBSCRIBED
    # Who has left is not brought back by a button, nor asked to come back.
    for action in ("ask-again", "release", "confirm"):
        browser.post(reverse("subscribers:act", args=[gone.pk, action]))
    gone.refresh_from_db()
    assert gone.state == State.UNSUBSCRIBED
    assert not mails("luis@example.org")
    back = subscriber_in(State.BOUNCED, "eva@example.org")
    assert "can subscribe again" in press(browser, back, "release")
    back.refresh_from_db()
    assert back.state == State.UNSUBSCRIBED
    assert len(logged("newsletter.state")) == 2
    assert len(logged("newsletter.ask_again")) == 1


def test_person_is_erased(browser: Client) -> None:
    subscriber = subscriber_in(State.CONFIRMED)
    url = reverse("subscribers:delete", args=[subscriber.pk])
    assert "erased for good" in text(browser.get(url))
    assert browser.post(url).status_code == 302
    assert not Subscriber.objects.exists()
    assert not OutgoingMail.objects.exists()
    (entry,) = logged("newsletter.erase")
    assert "ana" not in f"{entry.label} {entry.data}".lower()


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "|x"]


def test_download_is_logged_and_safe_to_open(browser: Client) -> None:
    for number, formula in enumerate(FORMULAS):
        confirmed(f"person{number}@example.org", formula)
    answered = browser.get(reverse(LIST), {"export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answered.streaming_content).decode())))
    assert len(rows) == len(FORMULAS) + 1
    assert {f"'{formula}" for formula in FORMULAS} <= {cell for row in rows for cell in row}
    (entry,) = logged("newsletter.export")
    everybody = {str(pk) for pk in Subscriber.objects.values_list("pk", flat=True)}
    assert (set(entry.data["ids"]), entry.data["format"]) == (everybody, "csv")
    answered = browser.get(reverse(LIST), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answered.streaming_content))).active
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value}
    assert "f" not in kinds
    assert "no-store" in answered["Cache-Control"]


def test_long_list_is_downloaded_without_a_statement_for_each_person(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    Subscriber.objects.bulk_create(
        Subscriber(email=address, canonical_email=address, locale="en")
        for address in (f"person{number}@example.org" for number in range(1100))
    )
    with django_assert_max_num_queries(40):
        answer = browser.get(reverse(LIST), {"export": "csv"})
        assert len(list(answer.streaming_content)) > 1100
    entries = logged("newsletter.export")
    assert len({each for entry in entries for each in entry.data["ids"]}) == 1100
    assert len(entries) == 3
    # A page of the list is a look at people, too.
    browser.get(reverse(LIST))
    (entry,) = logged("newsletter.list")
    assert len(entry.data["ids"]) == 50
    # By them both the audit log finds who has seen somebody.
    assert {each.data["type"] for each in (entry, *entries)} == {"newsletter.subscriber"}


def test_rights_are_kept_apart(site: Site, client: Client) -> None:
    subscriber = confirmed()
    browser = client
    browser.force_login(member("Moderators"))
    urls = [reverse(LIST), page(subscriber), reverse("subscribers:delete", args=[subscriber.pk])]
    urls += [reverse("subscriber_imports:index"), reverse("newsletter_list:index")]
    urls += [reverse("subscribers:act", args=[subscriber.pk, "unsubscribe"])]
    for url in urls:
        assert browser.get(url).status_code in (302, 403, 405), url
        assert browser.post(url).status_code in (302, 403, 405), url
    assert "newsletter" not in text(browser.get(reverse("wagtailadmin_home"))).lower()
    reader = member("Editors")
    reader.user_permissions.set(Permission.objects.filter(codename="view_subscriber"))
    browser.force_login(reader)
    assert ANA in text(browser.get(reverse(LIST)))
    assert "Erase" not in text(browser.get(page(subscriber)))
    for url in urls[2:4] + urls[5:]:
        assert browser.post(url).status_code in (302, 403), url
    assert browser.get(reverse(LIST), {"export": "csv"}).status_code in (302, 403)
    assert "export=csv" not in text(browser.get(reverse(LIST)))
    assert browser.post(reverse("newsletter_list:index"), {"compare": "yes"}).status_code == 302
    assert not ListComparison.objects.exists()
    subscriber.refresh_from_db()
    assert subscriber.state == State.CONFIRMED
    assert not logged("newsletter.export")


def test_unknown_person_is_not_found(browser: Client) -> None:
    confirmed()
    for key in ("abc", "00000000-0000-0000-0000-000000000000"):
        assert browser.get(f"{reverse(LIST)}inspect/{key}/").status_code == 404
        assert browser.post(f"{reverse(LIST)}{key}/unsubscribe/").status_code == 404


def test_first_page_tells_how_many(browser: Client) -> None:
    confirmed()
    subscriber_in(State.PENDING, "luis@example.org")
    shown_page = text(browser.get(reverse("wagtailadmin_home")))
    assert "1 subscriber<" in shown_page
    assert "1 not confirmed yet" in shown_page
    assert "1 joined, 0 left" in shown_page
    assert "program" not in shown_page
    for number in range(2):
        post("/api/subscribe", {"email": f"bot{number}@example.org", "website": "x"})
    work_off()
    home = text(browser.get(reverse("wagtailadmin_home")))
    assert "2 requests of the last 30 days looked like a program’s" in home
    assert "1 not confirmed yet" in home


def test_page_tells_how_the_list_at_the_provider_stands(
    browser: Client, mailgun: tuple[Provider, MailgunMembers]
) -> None:
    server, members = mailgun
    url = reverse("newsletter_list:index")
    confirmed()
    confirmed("rejected@example.org")
    server.fail(answer(401, b"{}"))
    work()
    assert "refuses this account" in text(browser.get(url))
    assert "not in step" in text(browser.get(reverse("wagtailadmin_home")))
    browser.post(url, {"try_now": "yes"})
    tasks.probe_list.func(WorkerContext(), 0)
    assert LIST_WAY.current().state == Channel.State.OPEN
    work()
    members.add("stranger@example.org")
    assert "rejected@example.org" in text(browser.get(url))
    rejected = Subscriber.objects.get(email="rejected@example.org")
    assert [each.data["ids"] for each in logged("newsletter.list")] == [[str(rejected.pk)]]
    assert "1 address is tried again" in text(browser.post(url, {"try_failed": "yes"}, follow=True))
    assert ListEntry.objects.failed().count() == 0
    work()
    browser.post(url, {"set_aside": "yes"})
    assert "rejected@example.org" not in text(browser.get(url))
    browser.post(url, {"compare": "yes"})
    assert "under way" in text(browser.get(url))
    row = ListComparison.objects.get()
    tasks.compare_lists.func(WorkerContext(), row_id=str(row.pk))
    assert "People unknown here get your newsletters" in text(browser.get(url))


def test_page_says_that_there_is_no_provider(browser: Client, settings: Any) -> None:
    settings.NEWSLETTER_PROVIDER = "none"
    assert "No copy of the list" in text(browser.get(reverse("newsletter_list:index")))


def test_admin_speaks_spanish(browser: Client, keeper: User) -> None:
    profile = UserProfile.get_for_user(keeper)
    profile.preferred_language = "es"
    profile.save()
    shown_page = text(browser.get(page(confirmed())))
    assert "Dar de baja" in shown_page
    assert "What they agreed to" not in shown_page
