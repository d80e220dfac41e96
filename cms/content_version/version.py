"""Reading and changing the content version.

Each transaction that changes something public adds a row to `ContentChange`. The version is their
sum, so it is right whatever the order of commits: a counter that each transaction raises would be
a lock between them, and the highest id would hide a transaction that began early and commits late.
"""

from datetime import timedelta
from typing import Any

from django.db import connection
from psycopg import Connection

KNOWN_WITHIN_SECONDS = 1.0
"""After a commit, no web process goes on longer with what was before."""

VISIBLE_AFTER = timedelta(seconds=1.5)
"""So long after a commit it is in every answer: somewhat more, for processes that are slow."""

_FOLD_ABOVE_ROWS = 200
_READ = (
    "SELECT coalesce(sum(count), 0), coalesce(bit_xor(digest), 0), count(*) FROM cms_contentchange"
)
# Rows of the last minute stay: a transaction that is still open may add to its own.
_FOLD = """
WITH folded AS (
    DELETE FROM cms_contentchange WHERE id IN (
        SELECT id FROM cms_contentchange WHERE changed_at < now() - interval '1 minute'
        FOR UPDATE SKIP LOCKED
    )
    RETURNING count, digest
)
INSERT INTO cms_contentchange (changed_at, transaction_id, count, digest)
SELECT now(), pg_current_xact_id()::text::bigint, sum(count), bit_xor(digest)
FROM folded HAVING count(*) > 0
"""


def read_version(database: Connection[Any]) -> str:
    """The version as committed; as long as it is the same, no public answer changes.

    The second part is random: after a backup is restored, its count is one that has been before.
    Folds the rows into one when they have become many, which leaves the version as it is.
    """
    count, digest, rows = database.execute(_READ).fetchone() or (0, 0, 0)
    if rows > _FOLD_ABOVE_ROWS:
        database.execute(_FOLD)
    return f"{count}-{digest % 2**64:016x}"


def current_version() -> str:
    """The version as Django's own connection sees it."""
    connection.ensure_connection()
    return read_version(connection.connection)


def bump_content_version() -> None:
    """Have every public answer made anew once the present transaction has committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cms_bump_content_version()")
