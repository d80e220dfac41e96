"""Many at once note the same address, or one notes very many."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.utils import timezone

from integrations.newsletter.comparison import Drift, mend
from integrations.newsletter.list_outbox import note_address
from integrations.newsletter.models import ListEntry

pytestmark = pytest.mark.usefixtures("committed_database")

PARALLEL = 12


@pytest.fixture(autouse=True)
def _provider(committed_database: str, settings: Any) -> None:
    settings.NEWSLETTER_PROVIDER = "mailgun"
    ListEntry.objects.all().delete()


def test_address_that_many_note_at_once_has_one_row_and_counts_each() -> None:
    barrier = threading.Barrier(PARALLEL)

    def run(_number: int) -> None:
        try:
            with transaction.atomic():
                barrier.wait(timeout=60)
                note_address("ana@example.org")
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as threads:
        list(threads.map(run, range(PARALLEL)))
    entry = ListEntry.objects.get()
    assert (entry.revision, entry.state, entry.attempts) == (PARALLEL, "waiting", 0)


def test_long_list_is_mended_in_transactions_of_some_hundreds() -> None:
    impossible = "z" * 300 + "@example.org"
    missing = [*(f"person{number:03}@example.org" for number in range(500)), impossible]
    with pytest.raises(DataError):
        mend(Drift(began_at=timezone.now(), missing=missing))
    # What came before is done, and the next comparison need not do it again.
    assert ListEntry.objects.count() == 500


def test_number_of_addresses_is_not_bounded_by_the_locks_of_the_server() -> None:
    with transaction.atomic():
        for number in range(5):
            note_address(f"person{number}@example.org")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() "
                "AND locktype = 'advisory'"
            )
            assert cursor.fetchone() == (0,)
    assert ListEntry.objects.count() == 5
