"""Which requests share an answer, and which only Django can answer."""

from typing import Any

import pytest

from cms.http.response_cache.key import cache_key
from tests.cms.http.response_cache.conftest import environ_for

EVENTS = "/api/v2/events"


def key(target: str, **headers: str) -> str | None:
    return cache_key(environ_for(target, **headers))


@pytest.mark.parametrize(
    "target",
    [
        f"{EVENTS}/",
        f"{EVENTS}/?",
        f"{EVENTS}?",
    ],
)
def test_last_slash_and_empty_query_make_no_difference(target: str) -> None:
    assert key(target) == key(EVENTS) == EVENTS


@pytest.mark.parametrize(
    "query", ["tag=a&limit=2", "limit=%32&tag=a", "limit=2&&tag=a", "tag=%61&limit=2"]
)
def test_order_and_encoding_of_parameters_make_no_difference(query: str) -> None:
    assert key(f"{EVENTS}?{query}") == key(f"{EVENTS}?limit=2&tag=a")


@pytest.mark.parametrize(
    "query",
    [
        "limit=2",
        "tag=a",
        "limit=2&tag=a&tag=a",
        "limit=2&tag=",
        "limit=2&tag=%61%00",
        "Limit=2&tag=a",
    ],
)
def test_other_parameters_make_another_answer(query: str) -> None:
    assert key(f"{EVENTS}?{query}") != key(f"{EVENTS}?limit=2&tag=a")


def test_method_host_and_credentials_make_no_difference() -> None:
    environ = environ_for(EVENTS, "HEAD", Host="localhost:8000", Cookie="a=b", Authorization="x")
    assert cache_key(environ) == EVENTS


@pytest.mark.parametrize(
    "target",
    [
        "/admin/",
        "/api/auth/me",
        "/api/contact",
        "/api/v2/events/é",
        f"{EVENTS}?search=%FF",
        f"{EVENTS}?search={'a' * 5000}",
        f"{EVENTS}/{'a' * 5000}",
        f"{EVENTS}%3Flocale=es",
        f"{EVENTS}?" + "&".join(f"tag={n}" for n in range(200)),
    ],
)
def test_private_and_odd_requests_are_left_to_django(target: str) -> None:
    assert key(target) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"CONTENT_LENGTH": "3"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": ""},
        {"wsgi.url_scheme": "https"},
    ],
)
def test_requests_that_django_would_refuse_or_redirect_are_left_to_it(
    changes: dict[str, Any],
) -> None:
    assert cache_key(environ_for(EVENTS) | changes) is None


def test_behind_a_proxy_only_what_came_over_https_is_answered(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert key(EVENTS) is None
    assert key(EVENTS, X_Forwarded_Proto="http") is None
    assert key(EVENTS, X_Forwarded_Proto="https") == EVENTS
