"""A site of one of everything, made for each test and undone after it."""

import pytest

from tests.content.api.seed import Seed, seed


@pytest.fixture
def seeded(db: None) -> Seed:
    """The site of `tests.content.api.seed`."""
    return seed()
