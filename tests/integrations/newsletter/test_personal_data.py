"""A person's data in the newsletter: found, handed out, erased, and gone when nobody confirmed."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.models import User
from integrations.newsletter.models import ErasedAddress, ListImport, SignupRequest, Subscriber
from integrations.newsletter.states import State
from integrations.newsletter.tasks import (
    MOST_ATTEMPTS,
    import_list,
    process_request,
    purge_newsletter,
)
from tests.integrations.newsletter.conftest import AS_WORKER, mails, post, subscriber_in, work

pytestmark = pytest.mark.django_db

PAGE = "/admin/personal-data/"


@pytest.fixture
def officer(client: Client, site: object) -> Client:
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


def ask(client: Client, action: str) -> Any:
    return client.post(PAGE, {"address": " ANA@example.org", action: "1"})


def test_everything_of_a_person_is_found_handed_out_and_erased(
    officer: Client, caplog: pytest.LogCaptureFixture
) -> None:
    subscriber_in(State.CONFIRMED, "luis@example.org")
    subscriber_in(State.CONFIRMED)
    post("/api/subscribe", {"email": "Ana@example.org"})
    assert "Newsletter (2)" in ask(officer, "find").content.decode()
    records = json.loads(ask(officer, "export").content)["newsletter"]
    assert [record["email"] for record in records] == ["ana@example.org", "Ana@example.org"]
    entries = records[0]["ledger"]
    assert [entry["kind"] for entry in entries] == ["asked", "confirmed"]
    assert "I want to get the newsletter" in entries[1]["wording"]
    ask(officer, "erase")
    assert Subscriber.objects.get().email == "luis@example.org"
    assert not SignupRequest.objects.exists()
    assert not mails()
    assert ErasedAddress.objects.count() == 1
    entries = ModelLogEntry.objects.filter(action__startswith="newsletter.")
    assert [entry.action for entry in entries] == ["newsletter.erase"]
    logged = "".join(f"{entry.label}{entry.data}".lower() for entry in entries)
    assert "ana@" not in logged + caplog.text.lower()


def test_who_stands_in_a_waiting_file_is_found_and_not_brought_in(officer: Client) -> None:
    page = reverse("subscriber_imports:index")
    content = "email,name\nluis@example.org,Luis\nANA@Example.org,Ana Solis\n"
    file = SimpleUploadedFile("people.csv", content.encode(), "text/csv")
    officer.post(page, {"file": file, "consent_source": "on paper", "locale": "en"})
    (record,) = json.loads(ask(officer, "export").content)["newsletter"]
    assert (record["email"], record["name"]) == ("ANA@Example.org", "Ana Solis")
    assert (record["file_name"], record["source"]) == ("people.csv", "on paper")
    ask(officer, "erase")
    row = ListImport.objects.get()
    ListImport.objects.update(is_approved=True)
    import_list(AS_WORKER, row_id=str(row.pk))
    assert Subscriber.objects.get().email == "luis@example.org"
    assert "Newsletter (" not in ask(officer, "find").content.decode()


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED])
def test_erasing_the_old_takes_nothing_that_was_asked_for_just_now(state: State) -> None:
    subscriber = subscriber_in(state)
    long_ago = timezone.now() - timedelta(days=4 * 365)
    left = long_ago if state == State.UNSUBSCRIBED else None
    Subscriber.objects.update(asked_at=long_ago, left_at=left)
    post("/api/subscribe", {"email": "ana@example.org"})
    purge_newsletter(0)
    assert not Subscriber.objects.filter(pk=subscriber.pk).exists()
    work()
    assert Subscriber.objects.get().state == State.PENDING
    assert len(mails()) == 1


def test_command_and_clock_erase_what_nobody_confirmed() -> None:
    for number in range(2):
        subscriber_in(State.PENDING, f"old{number}@example.org")
    old = Subscriber.objects.filter(email="old0@example.org")
    old.update(asked_at=F("asked_at") - timedelta(days=31))
    output = StringIO()
    call_command("purge_expired", stdout=output)
    assert "Erased 1 newsletter subscriptions." in output.getvalue()
    Subscriber.objects.update(asked_at=F("asked_at") - timedelta(days=31))
    purge_newsletter(timestamp=0)
    assert not Subscriber.objects.exists()


def test_request_that_cannot_be_done_is_given_up_and_forgotten_in_time() -> None:
    post("/api/subscribe", {"email": "ana@example.org"})
    SignupRequest.objects.update(attempts=MOST_ATTEMPTS)
    process_request(AS_WORKER, row_id=str(SignupRequest.objects.get().pk))
    assert SignupRequest.objects.get().state == "dead"
    assert not Subscriber.objects.exists()
    purge_newsletter(timestamp=0)
    assert SignupRequest.objects.exists()
    SignupRequest.objects.update(finished_at=F("finished_at") - timedelta(days=31))
    purge_newsletter(timestamp=0)
    assert not SignupRequest.objects.exists()


@pytest.mark.parametrize("page", ["confirm", "unsubscribe"])
def test_token_is_not_in_the_log(page: str, caplog: pytest.LogCaptureFixture) -> None:
    Client().get(f"/newsletter/{page}/secret-token")
    assert f"/newsletter/{page}/" in caplog.text
    assert "secret-token" not in caplog.text
