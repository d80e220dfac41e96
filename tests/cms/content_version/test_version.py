"""The content version, in transactions that really commit."""

from cms.content_version.version import read_version
from tests.cms.content_version.conftest import Database

BUMP = "SELECT cms_bump_content_version()"


def test_transaction_that_began_first_and_commits_last_changes_the_version(
    database: Database, other_database: Database
) -> None:
    versions = [read_version(database)]
    with other_database.transaction():
        other_database.execute(BUMP)
        with database.transaction():
            database.execute(BUMP)
        versions.append(read_version(database))
    versions.append(read_version(database))
    assert len(set(versions)) == 3


def test_change_that_is_rolled_back_leaves_the_version(database: Database) -> None:
    before = read_version(database)
    with database.transaction(force_rollback=True):
        database.execute(BUMP)
        assert read_version(database) != before
    assert read_version(database) == before


def test_transaction_counts_once_and_also_after_a_savepoint_was_rolled_back(
    database: Database,
) -> None:
    with database.transaction():
        with database.transaction(force_rollback=True):
            database.execute(BUMP)
        for _ in range(3):
            database.execute(BUMP)
    assert read_version(database).startswith("1-")


def test_version_of_a_restored_backup_does_not_come_back(database: Database) -> None:
    database.execute(BUMP)
    first = read_version(database)
    database.execute("DELETE FROM cms_contentchange")
    database.execute(BUMP)
    second = read_version(database)
    assert first.partition("-")[0] == second.partition("-")[0] == "1"
    assert first != second


def test_many_changes_are_folded_into_one_without_a_new_version(database: Database) -> None:
    database.execute(
        "INSERT INTO cms_contentchange (changed_at, transaction_id, count, digest) "
        "SELECT now() - interval '1 hour', n, 1, hashint8extended(n, 0) "
        "FROM generate_series(1, 300) AS n"
    )
    database.execute(BUMP)
    version = read_version(database)
    assert version.startswith("301-")
    assert read_version(database) == version
    rows = database.execute("SELECT count FROM cms_contentchange ORDER BY count").fetchall()
    assert rows == [(1,), (300,)]


def test_two_processes_may_fold_at_once(database: Database, other_database: Database) -> None:
    database.execute(
        "INSERT INTO cms_contentchange (changed_at, transaction_id, count, digest) "
        "SELECT now() - interval '1 hour', n, 1, n FROM generate_series(1, 300) AS n"
    )
    with database.transaction():
        version = read_version(database)
        # The rows are locked and not yet gone: the other one neither waits nor counts them twice.
        other_database.execute("SET lock_timeout = '1s'")
        assert read_version(other_database) == version
    assert read_version(other_database) == version
