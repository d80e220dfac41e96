"""The cache as the settings want it."""

from collections.abc import Iterator
from typing import Any

import pytest

from cms.http.response_cache.configuration import (
    second_level_condition,
    shared_cache,
    with_response_cache,
)
from cms.http.response_cache.fingerprint import fingerprint
from cms.http.response_cache.middleware import Observation, ResponseCache
from tests.cms.http.response_cache.conftest import RedisServer


@pytest.fixture(autouse=True)
def _read_settings_again() -> Iterator[None]:
    shared_cache.cache_clear()
    yield
    shared_cache.cache_clear()


def application(environ: Any, start_response: Any) -> list[bytes]:
    return []


def test_zero_megabytes_turn_it_off(settings: Any) -> None:
    seen: list[Observation] = []
    settings.RESPONSE_CACHE_MEGABYTES = 0
    assert with_response_cache(application, observe=seen.append) is application
    settings.RESPONSE_CACHE_MEGABYTES = 1
    assert isinstance(with_response_cache(application, observe=seen.append), ResponseCache)


def test_state_of_the_second_level_is_told(settings: Any, redis_server: RedisServer) -> None:
    settings.REDIS_URL = None
    assert second_level_condition() is None
    shared_cache.cache_clear()
    settings.REDIS_URL = redis_server.url
    assert second_level_condition() == "ok"
    redis_server.hang()
    assert second_level_condition() == "unreachable"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PUBLIC_URL", "https://other.example.org"), ("TIME_ZONE", "Europe/Madrid"), ("DEBUG", True)],
)
def test_other_settings_never_share_answers(settings: Any, name: str, value: object) -> None:
    before = fingerprint()
    assert fingerprint() == before
    setattr(settings, name, value)
    assert fingerprint() != before
