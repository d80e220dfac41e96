"""The consent ledger: written, read, and erased with the person; changed never."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from integrations.newsletter.models import ConsentEntry, Subscriber
from integrations.newsletter.states import ConsentKind, Route


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """How we know of something.

    ``client``: digest of the network (`cms.http.client_key`), if a person did it. ``source``: the
    form, or where the consent of an imported list is kept. ``asked_at``: when it was said, if that
    is not now. ``wording`` and its version: the sentence that they had before them, if it is known.
    """

    route: Route
    client: str = ""
    source: str = ""
    asked_at: datetime | None = None
    wording: str = ""
    wording_version: str = ""


def record(*, subscriber: Subscriber, kind: ConsentKind, evidence: Evidence) -> None:
    """Add an entry. No sentence stands in it that the person may not have seen."""
    ConsentEntry.objects.create(
        subscriber=subscriber,
        kind=kind,
        route=evidence.route,
        asked_at=evidence.asked_at,
        wording=evidence.wording,
        wording_version=evidence.wording_version,
        locale=subscriber.locale,
        source=evidence.source,
        client=evidence.client,
    )


@contextmanager
def erasing() -> Iterator[None]:
    """Within it the entries of erased people may go with them. Call it in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('newsletter.is_erasing', 'on', true)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('newsletter.is_erasing', 'off', true)")
