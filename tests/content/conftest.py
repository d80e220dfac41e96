import pytest

from content.models import EventIndexPage
from home.models import HomePage
from tests.contract.openapi import ApiClient


@pytest.fixture
def api() -> ApiClient:
    return ApiClient()


@pytest.fixture
def home(site: object) -> HomePage:
    return HomePage.objects.get(locale__language_code="en")


@pytest.fixture
def events_page(site: object) -> EventIndexPage:
    return EventIndexPage.objects.get(locale__language_code="en")
