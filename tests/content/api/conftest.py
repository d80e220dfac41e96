"""A site of one of everything, made once per module; what a test changes is undone after it."""

from collections.abc import Iterator
from dataclasses import fields

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.content.api.seed import Seed, seed


@pytest.fixture(scope="module")
def seeded_site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Seed]:
    """The site of `tests.content.api.seed`, inside of a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed()
        transaction.set_rollback(True)


@pytest.fixture
def seeded(seeded_site: Seed, db: None) -> Seed:
    """The same objects read again, because another test may have changed those in memory."""
    made = {one.name: getattr(seeded_site, one.name) for one in fields(seeded_site)}
    return Seed(**{name: type(one).objects.get(pk=one.pk) for name, one in made.items()})
