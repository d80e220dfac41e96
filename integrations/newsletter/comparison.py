"""How the list at the provider differs from ours, and what follows from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from integrations.mail.services import canonical_address
from integrations.newsletter import services
from integrations.newsletter.ledger import Evidence
from integrations.newsletter.list_outbox import note_address
from integrations.newsletter.models import ListComparison, ListEntry, Subscriber
from integrations.newsletter.providers.base import ListProvider, Member
from integrations.newsletter.states import Route, State

_AT_ONCE = 500
"""Addresses that are mended in one transaction."""
KEPT = 100
"""Comparisons that are remembered."""
_SKEW = timedelta(minutes=1)
"""How much the clocks of this process and of others may differ."""


@dataclass
class Drift:
    """Canonical addresses by what is wrong with them.

    ``missing`` there; ``surplus`` there, because they have left here or never confirmed;
    ``different``: name or language; ``left`` by a word to the provider that has not come to us;
    ``strangers``: nobody here knows them; ``on_their_way``: the worker will tell the provider, or
    has told it since ``began_at``.
    """

    began_at: datetime
    subscribed: int = 0
    members: int = 0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    on_their_way: int = 0
    not_taken: int = 0
    """Subscribed here, and given up because the provider does not take the address."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be mended. Strangers are nobody's mistake for sure."""
        return not (self.missing or self.surplus or self.different or self.left)


@dataclass(frozen=True)
class _Ours:
    state: State
    name: str
    language: str
    confirmed_at: datetime | None
    left_at: datetime | None

    @property
    def is_confirmed(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def is_only_asked(self) -> bool:
        """Anybody can have typed in the address: that says nothing about who is on the list."""
        return self.state == State.PENDING and self.confirmed_at is None and self.left_at is None

    def has_confirmed_since(self, time: datetime | None) -> bool:
        return None not in (time, self.confirmed_at) and self.confirmed_at > time  # type: ignore[operator]


def compare(
    provider: ListProvider, *, note_progress: Callable[[int], None] = lambda _n: None
) -> Drift:
    """Read the whole list and ours. May take minutes; call it outside of a transaction.

    ``note_progress`` is told how many members were read since the last call. Raises
    `client.ProviderError`.
    """
    if not connection.in_atomic_block:
        close_old_connections()
    drift = Drift(began_at=timezone.now())
    there: dict[str, Member] = {}
    for page in provider.members():
        there.update((canonical_address(member.address), member) for member in page)
        note_progress(len(page))
    # Ours is read last: what has changed meanwhile is on the way, and no drift.
    ours = dict(_ours(provider))
    since = drift.began_at - _SKEW
    told = Q(queued_at__gte=since) | Q(synced_at__gte=since)
    entries = ListEntry.objects.filter(told | Q(state=ListEntry.State.WAITING)).values_list(
        "canonical_address", flat=True
    )
    on_their_way = set(entries.iterator())
    given_up = ListEntry.objects.filter(state__in=(ListEntry.State.DEAD, ListEntry.State.CANCELLED))
    not_taken = set(given_up.values_list("canonical_address", flat=True).iterator())
    drift.subscribed = sum(each.is_confirmed for each in ours.values())
    drift.members = len(there)
    for address in sorted(ours.keys() | there.keys()):
        if address in on_their_way:
            drift.on_their_way += 1
        elif address in not_taken and address in ours and ours[address].is_confirmed:
            # To tell it again each night would raise an alarm each night.
            drift.not_taken += 1
        else:
            _judge(drift, address, ours.get(address), there.get(address))
    return drift


def _ours(provider: ListProvider) -> Iterator[tuple[str, _Ours]]:
    names = ("canonical_email", "state", "name", "locale", "confirmed_at", "left_at")
    for address, state, name, *others in Subscriber.objects.values_list(*names).iterator():
        shown = name[: provider.longest_name].strip()
        yield address, _Ours(State(state), shown, *others)


def _judge(drift: Drift, address: str, ours: _Ours | None, there: Member | None) -> None:
    is_wanted = ours is not None and ours.is_confirmed
    if there is None:
        if is_wanted:
            drift.missing.append(address)
    elif ours is None or ours.is_only_asked:
        drift.strangers.append(address)
    elif not is_wanted:
        if not there.has_left:
            drift.surplus.append(address)
    elif there.has_left and not ours.has_confirmed_since(there.left_at):
        drift.left.append(address)
    elif there.has_left or (there.name, there.language) != (ours.name, ours.language):
        drift.different.append(address)


def mend(drift: Drift) -> None:
    """Have the worker put right what is ours to put right, and take who left there off our list.

    Strangers stay: whoever put them there may have had a reason, and perhaps their consent. Some
    hundreds in each transaction, so that nobody waits for a list's length; repeated, it goes on.
    """
    _note(sorted([*drift.missing, *drift.surplus, *drift.different]))
    for batch in _batches(drift.left):
        _take_off(batch, seen_at=drift.began_at)


@transaction.atomic(durable=True)
def _take_off(addresses: Sequence[str], *, seen_at: datetime) -> None:
    evidence = Evidence(route=Route.PROVIDER)
    for address in addresses:
        services.leave(address=address, evidence=evidence, unless_confirmed_since=seen_at)


def remove_strangers(drift: Drift) -> None:
    """Have the worker take those off the list whom nobody here knows. Only if somebody asks."""
    _note(drift.strangers)


def _note(addresses: Sequence[str]) -> None:
    for batch in _batches(addresses):
        with transaction.atomic(durable=True):
            for address in batch:
                note_address(address)


def _batches(addresses: Sequence[str]) -> Iterator[Sequence[str]]:
    return (addresses[first : first + _AT_ONCE] for first in range(0, len(addresses), _AT_ONCE))


@transaction.atomic
def keep(comparison: ListComparison, drift: Drift) -> None:
    """Note what was found, for the admin. The addresses are not kept."""
    ListComparison.objects.filter(pk=comparison.pk).update(
        compared_at=Now(),
        subscribed=drift.subscribed,
        members=drift.members,
        missing=len(drift.missing),
        surplus=len(drift.surplus),
        different=len(drift.different),
        left=len(drift.left),
        strangers=len(drift.strangers),
        on_their_way=drift.on_their_way,
    )
    for failed in ListComparison.objects.filter(state=ListComparison.State.DEAD):
        # Nobody has to see to it any more.
        failed.cancel()
    kept = ListComparison.objects.order_by("-pk").values("pk")[:KEPT]
    ended = ListComparison.objects.exclude(state=ListComparison.State.WAITING)
    ended.exclude(pk__in=kept).delete()
