"""The list at the provider follows the subscriptions here, whatever goes wrong on the way."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from cms.ops.alarms import report_dead_letters
from cms.ops.conditions import current_conditions
from cms.ops.outbox import OutboxRow
from cms.personal_data_admin import erase_everything, find_everything
from integrations.mail.models import Channel, OutgoingMail
from integrations.mail.progress import EventKind
from integrations.mail.providers.base import Event
from integrations.mail.tracking import record
from integrations.newsletter import list_sync, services, tasks
from integrations.newsletter.list_outbox import LIST_WAY
from integrations.newsletter.models import ListEntry, Subscriber
from integrations.newsletter.states import Route
from tests.integrations.mail.providers import Provider
from tests.integrations.newsletter.conftest import evidence, mails, subscribe, token_in
from tests.integrations.newsletter.list_worker import (
    ANA,
    WorkerContext,
    attempt,
    confirmed,
    make_due,
    work,
)
from tests.integrations.newsletter.lists import MailgunMembers, SendGridContacts
from tests.integrations.webhooks.receiver import answer, drip, raw, reset

pytestmark = pytest.mark.django_db


def test_only_confirmed_people_are_on_the_list(mailgun: tuple[Provider, MailgunMembers]) -> None:
    _server, members = mailgun
    subscribe(ANA, name="Ana Solís", locale="es")
    assert not ListEntry.objects.exists()
    subscriber = services.confirm(token=token_in(mails(ANA)[0]), route=Route.API)
    work()
    assert members.on_list() == {ANA: ("Ana Solís", "es")}
    assert ListEntry.objects.get().is_on_list
    services.change_language(subscriber=subscriber, locale="en", evidence=evidence())
    work()
    assert members.on_list() == {ANA: ("Ana Solís", "en")}
    services.leave(address=ANA, evidence=evidence())
    work()
    assert members.members == {}
    entry = ListEntry.objects.get()
    assert (entry.state, entry.is_on_list) == (OutboxRow.State.DONE, False)


@pytest.mark.parametrize("kind", [EventKind.BOUNCED, EventKind.COMPLAINED, EventKind.UNSUBSCRIBED])
def test_what_the_provider_tells_takes_people_off_both_lists(
    mailgun: tuple[Provider, MailgunMembers], kind: EventKind
) -> None:
    _server, members = mailgun
    confirmed()
    work()
    assert ANA in members.on_list()
    event = Event("e1", kind, (), "Ana@Example.org", "", timezone.now())
    for _ in range(2):
        record("mailgun", [event])
    work()
    assert members.members == {}
    state = Subscriber.objects.get().state
    assert state == ("unsubscribed" if kind == EventKind.UNSUBSCRIBED else kind.value)


def test_erased_person_is_erased_at_the_provider_and_forgotten(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    server, members = mailgun
    confirmed()
    work()
    erase_everything(ANA)
    # Until the provider has done it, we can say that it is asked for.
    assert find_everything(ANA)["newsletter_list"]
    server.fail(answer(500, b""))
    attempt()
    assert ListEntry.objects.get().state == OutboxRow.State.WAITING
    work()
    assert members.members == {}
    assert not ListEntry.objects.exists()
    assert not any(find_everything(ANA).values())


def test_nothing_is_noted_without_a_provider(settings: Any) -> None:
    settings.NEWSLETTER_PROVIDER = "none"
    services.leave(address=confirmed().email, evidence=evidence())
    assert not ListEntry.objects.exists()
    assert "newsletter_list" not in current_conditions()


def test_change_that_is_rolled_back_is_told_nobody(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    with transaction.atomic():
        confirmed()
        assert ListEntry.objects.exists()
        transaction.set_rollback(True)
    assert not ListEntry.objects.exists()


def test_change_during_an_attempt_is_told_after_it(
    mailgun: tuple[Provider, MailgunMembers], monkeypatch: pytest.MonkeyPatch
) -> None:
    _server, members = mailgun
    confirmed()
    claimed = ListEntry.objects.claim(row_id=ListEntry.objects.get().pk, job_id=None)
    read_subscription = list_sync.wanted

    def read_and_leave(*given: Any) -> Any:
        member = read_subscription(*given)
        services.leave(address=ANA, evidence=evidence())
        return member

    monkeypatch.setattr(list_sync, "wanted", read_and_leave)
    list_sync.sync(claimed)
    monkeypatch.undo()
    assert ANA in members.on_list()
    entry = ListEntry.objects.get()
    assert (entry.state, entry.attempts) == (OutboxRow.State.WAITING, 0)
    work()
    assert members.members == {}


def test_jobs_of_sendgrid_do_not_overtake_each_other(
    sendgrid: tuple[Provider, SendGridContacts],
) -> None:
    _server, contacts = sendgrid
    contacts.is_slow = True
    confirmed()
    entry = attempt()
    assert entry is not None
    assert (entry.job, entry.attempts) == ("job-1", 0)
    services.leave(address=ANA, evidence=evidence())
    # The address is not there yet: to look for it now would find nothing to remove.
    for _ in range(2):
        make_due()
        attempt()
    assert len(contacts.jobs) == 1
    contacts.work()
    assert ANA in contacts.on_list()
    make_due()
    entry = attempt()
    assert entry is not None
    assert entry.job == "job-2"
    contacts.work()
    make_due()
    entry = attempt()
    assert entry is not None
    assert (entry.state, entry.is_on_list) == (OutboxRow.State.DONE, False)
    assert contacts.contacts == {}


def test_job_that_failed_is_begun_again(sendgrid: tuple[Provider, SendGridContacts]) -> None:
    _server, contacts = sendgrid
    contacts.is_slow = True
    confirmed()
    attempt()
    contacts.jobs["job-1"] = "failed"
    contacts.waiting.clear()
    contacts.is_slow = False
    work()
    assert ANA in contacts.on_list()
    assert ListEntry.objects.get().state == OutboxRow.State.DONE


FAULTS = {
    "500": answer(500, b"oops"),
    "429": answer(429, b"", Retry_After="900"),
    "down": reset,
    "garbage": answer(200, b"<html>Welcome to the hotel</html>"),
    "cut": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"),
    "drip": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_what_may_pass_is_tried_again_and_nothing_is_lost(
    mailgun: tuple[Provider, MailgunMembers], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, members = mailgun
    confirmed()
    server.fail(FAULTS[name])
    with monkeypatch.context() as patch:
        if name == "drip":
            patch.setattr("integrations.newsletter.client.TOTAL_SECONDS", 0.6)
        entry = attempt()
    assert entry is not None
    assert (entry.state, entry.attempts) == (OutboxRow.State.WAITING, 1)
    asked_for = timedelta(seconds=895 if name == "429" else 5)
    assert entry.next_attempt_at - timezone.now() > asked_for
    LIST_WAY.note_answer()
    work()
    assert ANA in members.on_list()
    assert ListEntry.objects.get().state == OutboxRow.State.DONE


def test_rejected_address_is_a_dead_letter_and_others_go_on(
    mailgun: tuple[Provider, MailgunMembers], settings: Any
) -> None:
    settings.ADMINS = [("", "ops@example.org")]
    _server, members = mailgun
    confirmed("rejected@example.org")
    confirmed()
    work()
    assert list(members.on_list()) == [ANA]
    assert ListEntry.objects.failed().get().canonical_address == "rejected@example.org"
    assert (report_dead_letters(), report_dead_letters()) == (1, 0)
    alarm = OutgoingMail.objects.get(template="alarm")
    assert "rejected@" not in alarm.text_body


@pytest.mark.parametrize("status", [401, 403])
def test_refused_account_pauses_with_one_alert_and_uses_up_no_attempts(
    mailgun: tuple[Provider, MailgunMembers], settings: Any, status: int
) -> None:
    settings.ADMINS = [("", "ops@example.org")]
    server, members = mailgun
    addresses = [f"person{number}@example.org" for number in range(3)]
    for address in addresses:
        confirmed(address)
    server.fail(*[answer(status, b"{}")] * 3)
    entry = attempt(addresses[0])
    assert entry is not None
    assert entry.attempts == 0
    assert LIST_WAY.current().state == Channel.State.PAUSED
    assert current_conditions()["newsletter_list"] == "refused by the provider"
    # Mail goes on.
    assert current_conditions()["mail"] == "ok"
    work()
    for _ in range(2):
        probe()
    assert server.connections == 3
    assert OutgoingMail.objects.filter(template="alarm").count() == 1
    # Somebody has put the right key in place.
    probe()
    assert not LIST_WAY.is_closed()
    work()
    assert sorted(members.on_list()) == addresses


def probe() -> None:
    """What the worker does every few seconds, as if it was time."""
    LIST_WAY.probe_soon()
    tasks.probe_list.func(WorkerContext(), 0)


def test_provider_that_is_down_rests_and_everything_follows_when_it_is_back(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    server, members = mailgun
    for number in range(5):
        confirmed(f"person{number}@example.org")
    server.fail(*[answer(503, b"")] * 4)
    work()
    assert server.connections == 3
    assert LIST_WAY.current().state == Channel.State.RESTING
    probe()
    probe()
    assert not LIST_WAY.is_closed()
    work()
    assert len(members.on_list()) == 5
    assert not ListEntry.objects.waiting().exists()


def test_worker_that_dies_in_the_middle_is_made_up_for(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    _server, members = mailgun
    confirmed()
    row_id = ListEntry.objects.get().pk
    # Claimed, told, and killed before anything was noted.
    claimed = ListEntry.objects.claim(row_id=row_id, job_id=None)
    members.add(ANA, "Ana", "en")
    ListEntry.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    services.leave(address=ANA, evidence=evidence())
    work()
    assert members.members == {}
    assert claimed.finish() is False


def test_what_never_succeeds_is_given_up_after_three_days(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    server, _members = mailgun
    confirmed()
    ListEntry.objects.update(queued_at=timezone.now() - timedelta(days=3.1))
    server.fail(answer(500, b""))
    entry = attempt()
    assert entry is not None
    assert entry.state == OutboxRow.State.DEAD


def test_no_address_is_in_the_log(
    mailgun: tuple[Provider, MailgunMembers], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server, _members = mailgun
    for fault in (answer(400, b"ana@example.org is bad"), answer(401, b""), reset):
        Channel.objects.all().delete()
        ListEntry.objects.all().delete()
        server.fail(fault)
        ListEntry.enqueue(canonical_address=ANA)
        work()
    assert any(each.name.startswith("integrations.newsletter") for each in caplog.records)
    assert "ana@" not in caplog.text
