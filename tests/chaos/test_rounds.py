"""The rounds of `make chaos`, short."""

import pytest

from tests.chaos.worker_rounds import KilledWorkers, deliver_exactly_once, forget_everything
from tests.cms.ops.door import open_door


@pytest.fixture(autouse=True)
def _nothing_left(committed_database: str) -> None:
    forget_everything()


def test_two_workers_do_everything_once(committed_database: str) -> None:
    with open_door() as door:
        result = deliver_exactly_once(door, committed_database, workers=2, rows=100)
    assert (result.rows, result.lost, result.duplicates) == (100, 0, 0)


def test_killed_workers_lose_nothing_and_double_little(committed_database: str) -> None:
    with open_door() as door:
        result = KilledWorkers(door, committed_database, workers=2, kills=4).run()
    assert result.rows > 0
    assert result.keeps_the_promises, str(result)
