"""PostgreSQL's advisory locks under a name; they end with the transaction, or with the block.

And all of them with the connection: nobody waits for a process that was killed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import connection, transaction

_KEY_BYTES = 8


def wait_for_lock(name: str) -> None:
    """Hold the lock ``name`` to the end of the transaction, after whoever has it now."""
    _select("SELECT pg_advisory_xact_lock(%s)", name)


def try_lock(name: str) -> bool:
    """Hold the lock ``name`` to the end of the transaction; False if somebody else has it."""
    return bool(_select("SELECT pg_try_advisory_xact_lock(%s)", name))


@contextmanager
def lock_across_transactions(name: str) -> Iterator[None]:
    """Hold the lock ``name`` in the block, after whoever has it now; who came first is first.

    Without a transaction, which would be open all the while.
    """
    _execute("SELECT pg_advisory_lock(%s)", name)
    try:
        yield
    finally:
        _execute("SELECT pg_advisory_unlock(%s)", name)


def _select(statement: str, name: str) -> object:
    if not connection.in_atomic_block:
        # The lock would end with the statement.
        problem = "An advisory lock needs a transaction."
        raise transaction.TransactionManagementError(problem)
    return _execute(statement, name)


def _execute(statement: str, name: str) -> object:
    key = int.from_bytes(sha256(name.encode()).digest()[:_KEY_BYTES], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        (result,) = cursor.fetchone()
    return result
