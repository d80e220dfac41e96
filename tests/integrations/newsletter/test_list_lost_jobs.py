"""Jobs that SendGrid has taken note of and forgets: who is erased is gone there all the same."""

from datetime import timedelta

import pytest
from django.db.models import F

from integrations.newsletter import list_services, services
from integrations.newsletter.models import ListEntry
from integrations.newsletter.states import Route
from tests.integrations.mail.providers import Provider
from tests.integrations.newsletter.conftest import mails, subscribe, token_in
from tests.integrations.newsletter.list_worker import ANA, attempt, confirmed, make_due, work
from tests.integrations.newsletter.lists import SendGridContacts

pytestmark = pytest.mark.django_db

SendGrid = tuple[Provider, SendGridContacts]


def wait(*, hours: float) -> None:
    """So long ago was everything; a little more, for the clock of the database."""
    ago = timedelta(hours=hours, minutes=1)
    ListEntry.objects.update(queued_at=F("queued_at") - ago)
    ListEntry.objects.exclude(job_since=None).update(job_since=F("job_since") - ago)
    make_due()


def forget_jobs(contacts: SendGridContacts) -> None:
    contacts.waiting.clear()


def erased(contacts: SendGridContacts) -> None:
    """Ana was on the list, is erased, and SendGrid has a job for that."""
    subscriber = confirmed()
    work()
    assert ANA in contacts.on_list()
    contacts.is_slow = True
    list_services.erase(subscribers=[subscriber], user=None)
    make_due()
    entry = attempt()
    assert entry is not None
    assert entry.job


def test_who_is_gone_is_forgotten_although_the_job_never_says_so(sendgrid: SendGrid) -> None:
    _server, contacts = sendgrid
    erased(contacts)
    contacts.contacts.clear()
    make_due()
    assert attempt() is not None, "too early: it may still be under way"
    wait(hours=1)
    assert attempt() is None


def test_removal_that_got_lost_is_told_again_each_hour(sendgrid: SendGrid) -> None:
    _server, contacts = sendgrid
    erased(contacts)
    jobs = [len(contacts.jobs)]
    for _hour in range(3):
        forget_jobs(contacts)
        wait(hours=1)
        entry = attempt()
        assert entry is not None
        assert (entry.job, entry.attempts, entry.last_error) == (f"job-{jobs[-1] + 1}", 0, "")
        jobs.append(len(contacts.jobs))
    contacts.work()
    make_due()
    assert attempt() is None
    assert contacts.on_list() == {}


def test_removal_that_is_never_done_is_a_failure_after_half_a_day(sendgrid: SendGrid) -> None:
    _server, contacts = sendgrid
    erased(contacts)
    wait(hours=11)
    forget_jobs(contacts)
    entry = attempt()
    assert entry is not None
    assert entry.attempts == 0
    wait(hours=1)
    entry = attempt()
    assert entry is not None
    assert entry.attempts == 1
    assert "has not done it" in entry.last_error


def test_who_may_still_be_put_on_the_list_is_waited_for(sendgrid: SendGrid) -> None:
    _server, contacts = sendgrid
    contacts.is_slow = True
    subscriber = confirmed()
    make_due()
    attempt()
    list_services.erase(subscribers=[subscriber], user=None)
    wait(hours=11)
    entry = attempt()
    assert entry is not None
    assert entry.job == "job-1", "nothing is told while this may come"
    contacts.is_slow = False
    contacts.work()
    work()
    assert contacts.on_list() == {}
    assert not ListEntry.objects.exists()


def test_who_comes_back_waits_for_the_job_that_removes(sendgrid: SendGrid) -> None:
    _server, contacts = sendgrid
    erased(contacts)
    subscribe()
    confirm = token_in(mails()[-1])
    services.confirm(token=confirm, route=Route.API)
    wait(hours=2)
    entry = attempt()
    assert entry is not None
    assert len(contacts.jobs) == 2, "one that put, one that removes"
    contacts.is_slow = False
    contacts.work()
    work()
    assert ANA in contacts.on_list()
