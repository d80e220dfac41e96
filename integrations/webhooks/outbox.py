"""Writes messages, in the transaction of the change that they tell of.

One message for each thing that somebody changes, however many signals that sends: what is recorded
of the same object in the same transaction, of its aliases, or of what goes along with it, becomes
one message.
"""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.db.models import Q

from integrations.webhooks.changes import Change
from integrations.webhooks.event_types import EventType
from integrations.webhooks.models import Delivery, Endpoint, Message
from integrations.webhooks.reach import MOST_API_URLS, MOST_PATHS

# Of what happens to an object in one transaction, what is said of it. A page that is moved and
# published at once was published; what is deleted was nothing else.
_WEIGHT = {EventType.PAGE_MOVED: 0, EventType.PAGE_DELETED: 2, EventType.SNIPPET_DELETED: 2}


def is_wanted(category: str) -> bool:
    """Whether any endpoint is told about ``category``: ``page``, ``snippet``, ``image`` …"""
    types = [name for name in EventType.values if name.startswith(f"{category}.")]
    chosen = Q(event_types=[]) | Q(event_types__overlap=types)
    return Endpoint.objects.filter(chosen).exclude(state=Endpoint.State.DISABLED).exists()


def is_recorded(event_type: EventType, object_id: int, *, object_type: str = "") -> bool:
    """Whether a message of this transaction says so already, of the object or of one that it goes
    along with. Pages need no ``object_type``, because those of all types share their numbers.
    """
    same = Message.objects.of_this_transaction().filter(type=event_type)
    if object_type:
        same = same.filter(object_type=object_type)
    return same.filter(Q(object_id=object_id) | Q(covered_ids__contains=[object_id])).exists()


@transaction.atomic
def record(change: Change) -> Message:
    """Keep ``change`` for the endpoints."""
    found = list(_belonging_together(change))
    if not found:
        values = asdict(change)
        del values["also"]
        return Message.enqueue(**values)
    kept, *others = found
    for message in others:
        _join(kept, message)
        message.delete()
    return _add(kept, change)


def _belonging_together(change: Change) -> Iterable[Message]:
    category = change.type.partition(".")[0]
    messages = Message.objects.of_this_transaction().filter(type__startswith=f"{category}.")
    if category != "page":
        # Only pages of all types share their numbers.
        messages = messages.filter(object_type=change.object_type)
    if change.object_id is None:
        return messages.filter(object_id=None, type=change.type)
    ids = [change.object_id, *change.also]
    return messages.filter(
        Q(object_id__in=[*ids, *change.covered_ids]) | Q(covered_ids__contains=[change.object_id])
    ).order_by("pk")


def _add(message: Message, change: Change) -> Message:
    values = asdict(change)
    del values["also"]
    _join(message, Message(**values))
    if message.object_id is not None and message.object_id in change.covered_ids:
        # It was of something that only went along with what has really changed.
        message.covered_ids = _without({*message.covered_ids, message.object_id}, change.object_id)
        message.type, message.locale = change.type, change.locale
        message.object_type, message.object_id = change.object_type, change.object_id
    elif message.object_id == change.object_id and _weight(change.type) >= _weight(message.type):
        message.type = change.type
    message.save()
    return message


def _weight(event_type: str) -> int:
    return _WEIGHT.get(EventType(event_type), 1)


def _join(kept: Message, other: Message) -> None:
    paths = list(dict.fromkeys([*kept.paths, *other.paths]))
    api_urls = list(dict.fromkeys([*kept.api_urls, *other.api_urls]))
    is_cut = len(paths) > MOST_PATHS or len(api_urls) > MOST_API_URLS
    kept.paths, kept.api_urls = paths[:MOST_PATHS], api_urls[:MOST_API_URLS]
    kept.is_truncated = kept.is_truncated or other.is_truncated or is_cut
    kept.covered_ids = _without({*kept.covered_ids, *other.covered_ids}, kept.object_id)


def _without(ids: set[int], own: int | None) -> list[int]:
    return sorted(ids - {own})


@transaction.atomic
def announce_to_endpoints(message: Message) -> list[Delivery]:
    """End ``message``, which the caller holds, with a delivery for each endpoint that wants it.

    Answers nothing when the caller has lost his lease meanwhile: then another job does it.
    """
    if not message.finish():
        return []
    return [
        Delivery.enqueue(message=message, endpoint=endpoint)
        for endpoint in Endpoint.objects.wanting(message.type)
    ]
