"""Fixtures that tests of several packages use."""

import os
from pathlib import Path

import pytest
from wagtail.models import Site

from home.setup import prepare_site

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real input that is no part of the project; in CI it has to be there."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED_DATA} is missing")
        pytest.skip(f"{SHARED_DATA} is missing")
    return SHARED_DATA


@pytest.fixture
def site(db: None) -> Site:
    """An empty site in English and Spanish, as `setup_site` leaves it."""
    prepare_site()
    return Site.objects.get(is_default_site=True)
