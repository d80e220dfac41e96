"""A fake GitHub on loopback, and accounts to ask about."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models.functions import Now

from integrations.github.models import Account, Feed
from integrations.github.refresh import Result, refresh
from tests.contract.openapi import ApiClient
from tests.integrations.github.server import FakeGitHub

TOKEN = "github_pat_0123456789_abcdefghijklmnop"


@pytest.fixture
def github(settings: Any) -> Iterator[FakeGitHub]:
    """A GitHub that we talk to with a token."""
    with FakeGitHub() as running:
        settings.GITHUB_API_URL = running.url
        settings.GITHUB_TOKEN = TOKEN
        yield running


@pytest.fixture
def lab(db: None) -> Account:
    """An organisation whose repositories are shown."""
    Account.objects.bulk_create([Account(login="example-lab")])
    return Account.objects.get(login="example-lab")


@pytest.fixture
def ana(db: None) -> Account:
    """A person whose contributions are shown."""
    ana = Account(login="ana", shows_projects=False, shows_contributions=True)
    Account.objects.bulk_create([ana])
    return Account.objects.get(login="ana")


Refresh = Callable[[str], Result]


@pytest.fixture
def refresh_now(db: None) -> Refresh:
    """Refreshes whatever is due or not, as a job would."""

    def run(name: str) -> Result:
        result = refresh(name)
        Feed.objects.filter(pk=name).update(next_refresh_at=Now())
        return result

    return run


@pytest.fixture
def api() -> ApiClient:
    return ApiClient()
