"""One attempt to bring the provider in step with a subscription, and what follows from it.

It tells the present state, whatever has changed before: so doubles, and changes in quick
succession, are harmless.
"""

from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from integrations.mail.delivery import GIVEN_UP_AFTER, pause_after
from integrations.mail.progress import AttemptResult
from integrations.newsletter.client import ProviderError
from integrations.newsletter.list_outbox import LIST_WAY
from integrations.newsletter.models import ListEntry, Subscriber
from integrations.newsletter.providers import list_provider
from integrations.newsletter.providers.base import JobState, ListProvider, Member
from integrations.newsletter.states import ConsentKind, State

FIRST_LOOK_AT_JOB = timedelta(seconds=15)
_LONGEST_PAUSE_FOR_JOB = timedelta(minutes=10)
_JOB_LOST_AFTER = timedelta(hours=12)
"""SendGrid says neither how long a job may take nor how long it is known. What would follow too
early on one that still comes could bring somebody back who has left.
"""
_REMOVAL_REPEATED_AFTER = timedelta(hours=1)
"""To look again whether somebody is gone, and to remove them again, undoes nothing."""
_NO_JOB = {"job": "", "job_since": None}


def sync(entry: ListEntry, *, is_probe: bool = False) -> AttemptResult | None:
    """Tell the provider of the held ``entry``, and note what it says. None without a provider.

    Call it outside of a transaction: it waits for the provider.
    """
    provider = list_provider()
    if provider is None:
        entry.postpone(after=timedelta(hours=1), error="")
        return None
    _forget_other_list(entry, provider)
    member = wanted(entry.canonical_address, provider)
    if not connection.in_atomic_block:
        # The provider may take its time: the database should not keep a connection for that long.
        close_old_connections()
    try:
        if entry.job and not _is_job_over(entry, provider, member):
            _look_later(entry)
        elif entry.job_revision == entry.revision and not entry.job:
            _finish(entry)
        else:
            _tell(entry, provider, member)
    except ProviderError as error:
        _fail(entry, error, is_probe=is_probe)
        return error.result
    LIST_WAY.note_answer()
    return AttemptResult.SENT


def wanted(canonical_address: str, provider: ListProvider) -> Member | None:
    """How the address is to be on the list now, or None if it is not."""
    confirmed = Subscriber.objects.filter(state=State.CONFIRMED)
    subscriber = confirmed.filter(canonical_email=canonical_address).first()
    return member_of(subscriber, provider) if subscriber else None


def member_of(subscriber: Subscriber, provider: ListProvider) -> Member:
    """``subscriber`` as the list shows them."""
    consents = subscriber.consents.filter(kind__in=(ConsentKind.CONFIRMED, ConsentKind.IMPORTED))
    last = consents.order_by("-recorded_at", "-pk").first()
    has_proved = last is not None and last.kind == ConsentKind.CONFIRMED
    return Member(
        address=subscriber.canonical_email,
        name=subscriber.name[: provider.longest_name].strip(),
        language=subscriber.locale,
        confirmed_at=subscriber.confirmed_at if has_proved else None,
    )


def _forget_other_list(entry: ListEntry, provider: ListProvider) -> None:
    name = f"{settings.NEWSLETTER_PROVIDER}:{provider.list_name}"
    if entry.list_name != name:
        _note(entry, list_name=name, is_on_list=None, synced_at=None, job_revision=0, **_NO_JOB)


def _is_job_over(entry: ListEntry, provider: ListProvider, member: Member | None) -> bool:
    """Whether nothing has to be waited for any more before the provider is told the rest."""
    state = provider.job_state(entry.job)
    if state == JobState.DONE:
        _note(entry, is_on_list=entry.job_adds, **_NO_JOB)
        return True
    now = timezone.now()
    age = now - (entry.job_since or now)
    is_repeatable = member is None and not entry.job_adds and age > _REMOVAL_REPEATED_AFTER
    is_lost = age > _JOB_LOST_AFTER or (is_repeatable and now - entry.queued_at > _JOB_LOST_AFTER)
    if state == JobState.FAILED or is_lost:
        _note(entry, job_revision=0, **_NO_JOB)
        raise ProviderError(AttemptResult.TEMPORARY, words="The provider has not done it.")
    if is_repeatable:
        _note(entry, job_revision=0, **_NO_JOB)
    return is_repeatable


def _tell(entry: ListEntry, provider: ListProvider, member: Member | None) -> None:
    if member is None:
        job = provider.remove(entry.canonical_address)
    else:
        confirmed_at, told_at = member.confirmed_at, entry.synced_at
        is_news = confirmed_at is not None and (told_at is None or told_at < confirmed_at)
        job = provider.put(member, is_news=is_news)
    if job:
        _note(
            entry,
            job=job,
            job_adds=member is not None,
            job_revision=entry.revision,
            job_since=timezone.now(),
        )
        _look_later(entry)
    else:
        _note(entry, is_on_list=member is not None)
        _finish(entry)


def _look_later(entry: ListEntry) -> None:
    """The longer it takes, the longer until the next look; it is no attempt that failed."""
    age = timezone.now() - (entry.job_since or timezone.now())
    after = min(max(age / 2, FIRST_LOOK_AT_JOB), _LONGEST_PAUSE_FOR_JOB)
    entry.postpone(after=after, error="")


@transaction.atomic
def _finish(entry: ListEntry) -> None:
    """In step, unless something has changed since the attempt began."""
    present = ListEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if present is None:
        return
    if present.revision != entry.revision:
        entry.postpone(after=timedelta(), error="")
        return
    _note(entry, synced_at=timezone.now(), last_error="")
    is_erased = not Subscriber.objects.filter(canonical_email=entry.canonical_address).exists()
    if entry.finish() and is_erased:
        # Nobody needs to know any more who it was.
        entry.delete()


def _fail(entry: ListEntry, error: ProviderError, *, is_probe: bool) -> None:
    # The words of a provider may quote an address: they stay with the row.
    reason = str(error.status or error.words)
    match error.result:
        case AttemptResult.REJECTED:
            entry.give_up(error=error.reason)
            LIST_WAY.note_answer()
        case AttemptResult.REFUSED:
            entry.postpone(after=pause_after(1), error=error.reason)
            LIST_WAY.pause(reason)
        case _:
            _wait(entry, error, is_probe=is_probe)
            LIST_WAY.note_failure(reason, retry_after=error.wait)


def _wait(entry: ListEntry, error: ProviderError, *, is_probe: bool) -> None:
    after = max(pause_after(entry.attempts), error.wait)
    if is_probe:
        entry.postpone(after=after, error=error.reason)
    elif timezone.now() - entry.queued_at > GIVEN_UP_AFTER:
        entry.give_up(error=error.reason)
    else:
        entry.retry(after=after, error=error.reason)


def _note(entry: ListEntry, **values: object) -> None:
    ListEntry.objects.filter(pk=entry.pk).update(**values)
    for name, value in values.items():
        setattr(entry, name, value)
