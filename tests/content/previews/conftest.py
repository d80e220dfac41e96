import pytest

from tests.content.admin.conftest import member
from tests.content.api.seed import Seed, seed
from tests.content.previews.desk import Desk


@pytest.fixture
def seeded(db: None) -> Seed:
    """The site of `tests.content.api.seed`."""
    return seed()


@pytest.fixture
def desk(seeded: Seed) -> Desk:
    return Desk(member("Editors"))
