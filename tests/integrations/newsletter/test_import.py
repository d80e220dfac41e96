"""Lists from elsewhere: first what would happen, then just that, and nobody brought back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cms.models import User
from integrations.mail.models import OutgoingMail
from integrations.newsletter import importing, list_services, tasks
from integrations.newsletter.models import ListImport, Subscriber
from integrations.newsletter.states import ImportResult, State
from tests.integrations.newsletter.conftest import subscriber_in
from tests.integrations.newsletter.desk import logged, text
from tests.integrations.newsletter.list_worker import ANA, WorkerContext

pytestmark = pytest.mark.django_db


def upload(browser: Client, content: str | bytes, **values: Any) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("people.csv", raw, "text/csv")
    data = {"file": file, "consent_source": "paper list, folder 3", "locale": "en", **values}
    return browser.post(reverse("subscriber_imports:index"), data, follow=True)


PEOPLE = """Email Address;First Name;Last Name;Language;Phone
new@example.org;Ana María;Solís;es-CR;1
Pending@Example.org;;;;2
confirmed@example.org;;;Español;3
left@example.org;;;;4
bounced@example.org;;;;5
erased@example.org;;;;6
nobody;;;;7
new@EXAMPLE.org;;;;8
french@example.org;;;fr;9

last@example.org;"Eva
Mora";;;10
"""


def known_people() -> None:
    for name, state in (
        ("pending", State.PENDING),
        ("confirmed", State.CONFIRMED),
        ("left", State.UNSUBSCRIBED),
        ("bounced", State.BOUNCED),
        ("erased", State.CONFIRMED),
    ):
        subscriber_in(state, f"{name}@example.org")
    erased = Subscriber.objects.filter(canonical_email="erased@example.org")
    list_services.erase(subscribers=erased, user=None)
    OutgoingMail.objects.all().delete()


def carry_out(row: ListImport) -> ListImport:
    tasks.import_list.func(WorkerContext(), row_id=str(row.pk))
    row.refresh_from_db()
    return row


def test_import_shows_what_would_happen_and_does_just_that(browser: Client, keeper: User) -> None:
    known_people()
    before = set(Subscriber.objects.values_list("canonical_email", "state"))
    shown_page = text(upload(browser, PEOPLE))
    for words in (
        "Line 8: This is not an email address",
        "Line 9: The same address as in line 2.",
        "Line 10: The site has no such language.",
        "Line 13: The name has characters",
        "paper list, folder 3",
        "Nobody gets a mail.",
    ):
        assert words in shown_page, words
    row = ListImport.objects.get()
    assert carry_out(row).state == ListImport.State.WAITING
    assert set(Subscriber.objects.values_list("canonical_email", "state")) == before
    people = importing.people_in(row.content, locale="en")
    foreseen = importing.foresee(people, asks_to_confirm=False)
    assert foreseen == {"added": 2, "unchanged": 1, "left": 1, "suppressed": 1, "erased": 1}

    url = reverse("subscriber_imports:import", args=[row.pk])
    assert "has begun" in text(browser.post(url, {"approve": "yes"}, follow=True))
    browser.post(url, {"approve": "yes"})
    row = carry_out(row)
    assert (row.state, row.results, row.content) == (ListImport.State.DONE, foreseen, "")
    assert not OutgoingMail.objects.exists()
    new = Subscriber.objects.get(canonical_email="new@example.org")
    assert (new.state, new.name, new.locale) == (State.CONFIRMED, "Ana María Solís", "es")
    consent = new.consents.get()
    assert (consent.kind, consent.source) == ("imported", "paper list, folder 3")
    states = dict(Subscriber.objects.values_list("canonical_email", "state"))
    assert states["left@example.org"] == State.UNSUBSCRIBED
    assert states["bounced@example.org"] == State.BOUNCED
    assert "erased@example.org" not in states
    (entry,) = logged("newsletter.import")
    assert (entry.user, entry.data["people"]) == (keeper, 6)
    assert "done" in text(browser.get(url))


def test_import_asks_to_confirm_only_if_somebody_wants_that(browser: Client) -> None:
    known_people()
    upload(browser, PEOPLE, asks_to_confirm="on")
    row = ListImport.objects.get()
    browser.post(reverse("subscriber_imports:import", args=[row.pk]), {"approve": "yes"})
    assert carry_out(row).results[ImportResult.ASKED] == 2
    asked = OutgoingMail.objects.values_list("canonical_recipient", flat=True)
    assert sorted(asked) == ["new@example.org", "pending@example.org"]
    assert Subscriber.objects.get(canonical_email="new@example.org").state == State.PENDING


def test_import_that_was_killed_goes_on_and_doubles_nothing(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_AT_ONCE", 2)
    lines = "\n".join(f"person{number}@example.org" for number in range(7))
    upload(browser, f"email\n{lines}\n")
    row = ListImport.objects.get()
    browser.post(reverse("subscriber_imports:import", args=[row.pk]), {"approve": "yes"})
    calls: list[str] = []
    real = importing.import_subscriber

    def killed(**values: Any) -> Any:
        calls.append(values["email"])
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(**values)

    monkeypatch.setattr(importing, "import_subscriber", killed)
    with pytest.raises(KeyboardInterrupt):
        carry_out(row)
    row.refresh_from_db()
    assert (row.rows_done, Subscriber.objects.count()) == (4, 4)
    ListImport.objects.update(lease_expires_at="2026-01-01T00:00:00Z")
    row = carry_out(row)
    assert (row.rows_done, row.results) == (7, {"added": 7})
    assert Subscriber.objects.count() == 7


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name\nAna\n", "one of them “email”"),
        ("email\n", "There is nobody in this file."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is not a CSV file."),
        ("", "The submitted file is empty."),
        ('email\n"' + "x" * 200_000, "cannot be read"),
    ],
    ids=["no column", "nobody", "picture", "empty", "endless cell"],
)
def test_file_that_is_no_list_is_refused_in_words(
    browser: Client, content: str | bytes, words: str
) -> None:
    assert words in text(upload(browser, content))
    assert not ListImport.objects.exists()


def test_import_without_the_source_of_consent_is_refused(browser: Client) -> None:
    answered = upload(browser, "email\na@example.org\n", consent_source=" ")
    assert "consent_source" in answered.context["form"].errors
    later = upload(browser, "email\na@example.org\n", consented_on="2999-01-01")
    assert "consented_on" in later.context["form"].errors
    assert not ListImport.objects.exists()


def test_file_of_excel_and_discarded_file(browser: Client) -> None:
    upload(browser, "correo,nombre\r\nana@example.org,Ana Solís\r\n".encode("cp1252"))
    row = ListImport.objects.get()
    (person,) = importing.people_in(row.content, locale="es")
    assert (person.email, person.name, person.locale) == (ANA, "Ana Solís", "es")
    browser.post(reverse("subscriber_imports:import", args=[row.pk]), {"discard": "yes"})
    row.refresh_from_db()
    assert (row.state, row.content) == (ListImport.State.CANCELLED, "")


def test_file_that_nobody_approves_is_forgotten_after_a_day(browser: Client, keeper: User) -> None:
    for name, hours in (("young", 23), ("old", 25)):
        upload(browser, f"email\n{name}@example.org\n")
        draft = ListImport.objects.latest("pk")
        created_at = draft.created_at - timedelta(hours=hours)
        ListImport.objects.filter(pk=draft.pk).update(created_at=created_at)
    call_command("purge_expired")
    (left,) = ListImport.objects.all()
    assert "young@example.org" in left.content
