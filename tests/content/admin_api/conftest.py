"""People of the roles there are, signed in."""

import pytest

from tests.admin_clients import api_client_of, make_administrator, make_user
from tests.contract.openapi import ApiClient


@pytest.fixture
def editor(site: object) -> ApiClient:
    """May write everywhere and publish nowhere."""
    return api_client_of(make_user("Editors"))


@pytest.fixture
def moderator(site: object) -> ApiClient:
    return api_client_of(make_user("Moderators"))


@pytest.fixture
def administrator(site: object) -> ApiClient:
    return api_client_of(make_administrator())
