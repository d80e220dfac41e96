"""The two lists are compared by a command and each night, and mended."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from integrations.newsletter import comparison, services, tasks
from integrations.newsletter.list_outbox import set_failed_aside, try_failed_again
from integrations.newsletter.models import ListComparison, ListEntry, Subscriber, last_comparison
from integrations.newsletter.providers import list_provider
from integrations.newsletter.providers.mailgun import MailgunList
from integrations.newsletter.states import Route, State
from tests.integrations.mail.providers import Provider
from tests.integrations.newsletter.conftest import evidence, mails, token_in
from tests.integrations.newsletter.list_worker import ANA, WorkerContext, confirmed, work
from tests.integrations.newsletter.lists import (
    MailgunMembers,
    SendGridContacts,
    choose_list,
    mailgun_list,
    sendgrid_list,
)
from tests.integrations.webhooks.receiver import answer

pytestmark = pytest.mark.django_db


def run(*options: str) -> tuple[int, str]:
    """Exit status and output of the command."""
    status = 0
    lines: list[str] = []

    class Output:
        def write(self, text: str) -> None:
            lines.append(text)

    try:
        call_command("sync_newsletter_list", *options, stdout=Output())
    except SystemExit as end:
        status = int(end.code or 0)
    except CommandError as error:
        return error.returncode, str(error)
    return status, "".join(lines)


def drifted(members: MailgunMembers) -> None:
    """One of each kind."""
    for name in ("missing", "surplus", "different", "left", "fine"):
        confirmed(f"{name}@example.org", name.title())
    work()
    Subscriber.objects.filter(canonical_email="surplus@example.org").update(
        state=State.UNSUBSCRIBED, left_at=timezone.now()
    )
    del members.members["missing@example.org"]
    members.add("different@example.org", "Different", "fr")
    members.add("left@example.org", "Left", "en", has_left=True)
    members.add("Stranger@example.org")
    some_time_passes()


def some_time_passes() -> None:
    """What has just changed is no drift yet."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    ListEntry.objects.update(queued_at=an_hour_ago)
    ListEntry.objects.exclude(synced_at=None).update(synced_at=an_hour_ago)


def test_drift_is_printed_and_mended(mailgun: tuple[Provider, MailgunMembers]) -> None:
    _server, members = mailgun
    drifted(members)
    confirmed("late@example.org")

    status, output = run("--show-addresses")
    assert status == 1
    for words in (
        "Subscribed here: 5",
        "On the list at Mailgun: 5",
        "Missing there: 1\n  missing@example.org",
        "no longer subscribed here): 1\n  surplus@example.org",
        "name or language there: 1\n  different@example.org",
        "and not here: 1\n  left@example.org",
        "left alone: 1\n  stranger@example.org",
        "On their way to the provider: 1",
    ):
        assert words in output, output
    assert "@example.org\n" not in run()[1]
    assert len(ListEntry.objects.waiting()) == 1

    assert run("--mend")[0] == 0
    work()
    # Who left at the provider has left; who is unknown stays.
    assert sorted(members.members) == [
        *("different@example.org", "fine@example.org", "late@example.org"),
        *("missing@example.org", "stranger@example.org"),
    ]
    left = Subscriber.objects.get(canonical_email="left@example.org")
    assert left.state == State.UNSUBSCRIBED
    assert left.consents.last().route == Route.PROVIDER
    status, output = run()
    assert (status, "Unknown here, and left alone: 1" in output) == (0, True)

    run("--remove-strangers")
    work()
    assert "stranger@example.org" not in members.members
    found = last_comparison()
    assert found is not None
    assert (found.members, found.strangers, found.differs) == (5, 1, False)


@pytest.mark.usefixtures("mailgun")
def test_no_statement_is_made_for_each_address_that_failed(
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(20):
        ListEntry.objects.create(
            canonical_address=f"person{number}@example.org",
            state=ListEntry.State.DEAD,
            finished_at=timezone.now(),
            attempts=9,
        )
    with django_assert_max_num_queries(6):
        assert try_failed_again() == 20
    assert set(ListEntry.objects.waiting().values_list("revision", "attempts")) == {(2, 0)}
    jobs = ProcrastinateJob.objects.filter(task_name=ListEntry.task_name)
    assert jobs.count() == 20
    ListEntry.objects.update(state=ListEntry.State.DEAD, finished_at=timezone.now())
    with django_assert_max_num_queries(1):
        assert set_failed_aside() == 20


def test_list_that_cannot_be_read_is_no_drift(mailgun: tuple[Provider, MailgunMembers]) -> None:
    server, _members = mailgun
    confirmed()
    for fault in (answer(500, b""), answer(200, b'{"items": "none"}'), answer(401, b"")):
        server.fail(fault)
        assert run("--mend")[0] == 2
    assert not ListComparison.objects.exists()


def test_command_says_that_there_is_no_provider(settings: Any) -> None:
    settings.NEWSLETTER_PROVIDER = "none"
    assert run() == (2, "NEWSLETTER_PROVIDER is none.")


def test_lists_are_compared_and_mended_each_night(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    server, members = mailgun
    drifted(members)
    tasks.compare_lists_each_night.func(0)
    (comparison,) = ListComparison.objects.all()
    server.fail(answer(500, b""))
    tasks.compare_lists.func(WorkerContext(), row_id=str(comparison.pk))
    assert last_comparison() is None
    ListComparison.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    tasks.compare_lists.func(WorkerContext(), row_id=str(comparison.pk))
    found = last_comparison()
    assert found is not None
    assert (found.missing, found.surplus, found.different, found.left) == (1, 1, 1, 1)
    work()
    assert sorted(members.on_list()) == [
        *("different@example.org", "fine@example.org", "missing@example.org"),
        "stranger@example.org",
    ]


def test_address_that_somebody_has_typed_in_stays_on_the_list(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    _server, members = mailgun
    members.add("bob@example.org", "Bob", "en")
    services.subscribe(email="bob@example.org", locale="en", evidence=evidence())
    assert "Unknown here, and left alone: 1" in run("--mend")[1]
    work()
    assert "bob@example.org" in members.on_list()


@pytest.mark.parametrize("name", ["mailgun", "sendgrid"])
def test_who_left_at_the_provider_and_confirms_anew_is_on_the_list(
    name: str, settings: Any
) -> None:
    with (mailgun_list if name == "mailgun" else sendgrid_list)() as (server, there):
        choose_list(settings, server, name)
        confirmed()
        work()
        services.leave(address=ANA, evidence=evidence(Route.PROVIDER))
        work()
        _leave_there(there, seconds=-60)
        some_time_passes()
        services.subscribe(email=ANA, locale="es", evidence=evidence())
        services.confirm(token=token_in(mails(ANA, "confirm")[-1]), route=Route.PAGE)
        work()
        some_time_passes()
        assert run("--mend")[0] == 0
        work()
        assert there.on_list() == {ANA: ("", "es")}
        assert Subscriber.objects.get().state == State.CONFIRMED
        if isinstance(there, SendGridContacts):
            assert not there.unsubscribed


@pytest.mark.parametrize("name", ["mailgun", "sendgrid"])
def test_news_of_a_subscriber_bring_nobody_back_who_left_at_the_provider(
    name: str, settings: Any
) -> None:
    with (mailgun_list if name == "mailgun" else sendgrid_list)() as (server, there):
        choose_list(settings, server, name)
        services.subscribe(email=ANA, locale="en", evidence=evidence())
        services.confirm(token=token_in(mails(ANA, "confirm")[-1]), route=Route.PAGE)
        work()
        _leave_there(there, seconds=60)
        services.change_language(
            subscriber=Subscriber.objects.get(), locale="es", evidence=evidence()
        )
        work()
        some_time_passes()
        assert run("--mend")[0] == 0
        assert Subscriber.objects.get().state == State.UNSUBSCRIBED


def _leave_there(there: MailgunMembers | SendGridContacts, *, seconds: int) -> None:
    if isinstance(there, SendGridContacts):
        there.unsubscribed[ANA] = int(time.time()) + seconds
    else:
        there.add(ANA, "", "en", has_left=True)


def test_who_confirms_while_the_list_is_read_stays(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    _server, members = mailgun
    confirmed()
    work()
    services.leave(address=ANA, evidence=evidence(Route.PROVIDER))
    work()
    members.add(ANA, "", "en", has_left=True)
    services.subscribe(email=ANA, locale="en", evidence=evidence())

    def confirm_meanwhile(_count: int) -> None:
        if Subscriber.objects.get().state == State.PENDING:
            services.confirm(token=token_in(mails(ANA, "confirm")[-1]), route=Route.PAGE)
            work()

    provider = list_provider()
    assert provider is not None
    drift = comparison.compare(provider, note_progress=confirm_meanwhile)
    assert drift.left == []
    # Whoever confirms after that is not taken off either.
    drift.left.append(ANA)
    comparison.mend(drift)
    assert Subscriber.objects.get().state == State.CONFIRMED


def test_other_list_knows_nothing_yet(
    mailgun: tuple[Provider, MailgunMembers], settings: Any
) -> None:
    server, _members = mailgun
    confirmed()
    work()
    some_time_passes()
    asked = server.connections
    with sendgrid_list() as (provider, contacts):
        choose_list(settings, provider, "sendgrid")
        run("--mend")
        work()
        assert contacts.on_list() == {ANA: ("Ana", "en")}
    assert server.connections == asked


def test_address_that_the_provider_does_not_take_is_not_told_it_each_night(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    server, _members = mailgun
    confirmed("rejected@example.org")
    work()
    ListEntry.objects.update(queued_at=timezone.now() - timedelta(days=1))
    asked = server.connections
    status, output = run("--mend")
    assert (status, "Not taken by the provider: 1" in output) == (0, True)
    assert not ListEntry.objects.waiting().exists()
    assert ListEntry.objects.get().cancel()
    assert run("--mend")[0] == 0
    work()
    # The page of members, twice.
    assert server.connections == asked + 2


def test_comparison_that_failed_for_good_is_settled_by_the_next_one(
    mailgun: tuple[Provider, MailgunMembers],
) -> None:
    server, _members = mailgun
    row = ListComparison.enqueue()
    server.fail(*[answer(500, b"")] * 5)
    for _ in range(5):
        ListComparison.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        tasks.compare_lists.func(WorkerContext(), row_id=str(row.pk))
    assert ListComparison.objects.get().state == ListComparison.State.DEAD
    assert run()[0] == 0
    states = ListComparison.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "done"]


def test_what_the_provider_was_told_while_its_list_was_read_is_no_drift(
    mailgun: tuple[Provider, MailgunMembers], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed()
    ListEntry.objects.update(queued_at=timezone.now() - timedelta(days=1))
    read = MailgunList.members

    def read_before_the_worker(provider: MailgunList) -> Any:
        pages = list(read(provider))
        work()
        return pages

    monkeypatch.setattr(MailgunList, "members", read_before_the_worker)
    status, output = run()
    assert (status, "On their way to the provider: 1" in output) == (0, True), output
