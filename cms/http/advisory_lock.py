"""PostgreSQL's advisory locks under a name; they end with the transaction."""

from hashlib import sha256

from django.db import connection, transaction

_KEY_BYTES = 8


def wait_for_lock(name: str) -> None:
    """Hold the lock ``name`` to the end of the transaction, after whoever has it now."""
    _select("SELECT pg_advisory_xact_lock(%s)", name)


def try_lock(name: str) -> bool:
    """Hold the lock ``name`` to the end of the transaction; False if somebody else has it."""
    return bool(_select("SELECT pg_try_advisory_xact_lock(%s)", name))


def _select(statement: str, name: str) -> object:
    if not connection.in_atomic_block:
        # The lock would end with the statement.
        problem = "An advisory lock needs a transaction."
        raise transaction.TransactionManagementError(problem)
    key = int.from_bytes(sha256(name.encode()).digest()[:_KEY_BYTES], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        (result,) = cursor.fetchone()
    return result
