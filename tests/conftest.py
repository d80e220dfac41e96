"""Fixtures that tests of several packages use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker
from wagtail.models import Site

from home.models import HomePage
from home.setup import prepare_site
from tests.database_copy import (
    database_copy,
    drop_migrated_copy,
    keep_migrated_copy,
    on_migrated_copy,
)
from tests.demo_site import demo_site

__all__ = ["demo_site"]

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


TESTS = Path(__file__).resolve().parent
LONG_MODULES = (
    "cms/ops/test_run.py",
    "e2e",
    "home/test_demo.py",
    "content/api/test_hidden_content.py",
    "content/api/test_generated_requests.py",
    "cms/ops",
    "chaos",
    "content/test_killed_publishing.py",
    "cms/http/response_cache/test_processes.py",
    "deploy",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first, whatever the random order: a long one at the end has one core waiting."""
    items.sort(key=_place_of_module)


def _place_of_module(item: pytest.Item) -> int:
    path = item.path.relative_to(TESTS).as_posix()
    places = (place for place, name in enumerate(LONG_MODULES) if path.startswith(name))
    return next(places, len(LONG_MODULES))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real input that is no part of the project; in CI it has to be there."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED_DATA} is missing")
        pytest.skip(f"{SHARED_DATA} is missing")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """What one test has Django or Wagtail remember, as where the site is, is undone with it."""
    for each in caches.all():
        each.clear()


@pytest.fixture(autouse=True)
def _own_language_and_time_zone() -> None:
    """What a request of the test before has spoken stays active in the thread."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def site(db: None) -> Site:
    """An empty site in English and Spanish, as `setup_site` leaves it."""
    prepare_site()  # finds it done, but on the migrated copy
    return Site.objects.get(is_default_site=True)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,  # noqa: FBT001 - a fixture
    django_db_createdb: bool,  # noqa: FBT001 - a fixture
) -> Iterator[None]:
    """A database with the empty site, since nearly every test needs one and it takes a second.

    pytest-django's own makes a database only if some test is marked `django_db`.
    """
    keeps = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False, keepdb=keeps)
        if not HomePage.objects.exists():
            keep_migrated_copy()
        prepare_site()
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            drop_migrated_copy()
            teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="module")
def migrated_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The module's tests find a database that has only been migrated, and no site."""
    with django_db_blocker.unblock(), on_migrated_copy():
        yield


@pytest.fixture(scope="module")
def committed_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The URL of a database of the module's own, for what real processes have to see.

    Instead of `django_db`: nothing is rolled back, and nothing of it reaches other modules.
    """
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    with database_copy(django_db_blocker, name) as url:
        yield url
