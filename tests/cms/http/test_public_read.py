"""Public routes: no credentials, no database of their own, cacheable."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver

from cms.urls import cacheable_urlpatterns

LIFETIME = "public, max-age=10, stale-while-revalidate=30, stale-if-error=86400"

pytestmark = [pytest.mark.urls("tests.cms.http.urls")]


@pytest.fixture
def client() -> Client:
    return Client()


def every_pattern(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found: list[URLPattern] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += every_pattern(pattern.url_patterns)
        else:
            found.append(pattern)
    return found


def test_public_view_sees_no_credentials_and_no_transaction(client: Client) -> None:
    client.cookies["sessionid"] = "x" * 32

    response = client.get(
        "/api/test/echo/",
        headers={"Authorization": "Bearer abc", "Accept-Language": "es", "Accept": "text/html"},
    )

    # Without the django_db mark any query would fail this test.
    assert response.json() == {
        "cookies": {},
        "authorization": None,
        "user": "AnonymousUser",
        "in_transaction": False,
        "language": "en",
    }
    assert response["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_language_of_a_page_does_not_reach_the_next_api_request(client: Client) -> None:
    client.get("/test-page/", headers={"Accept-Language": "es"})
    response = client.get("/api/test/echo/")
    assert response.json()["language"] == "en"


def test_public_answer_is_cacheable_and_varies_on_nothing(client: Client) -> None:
    response = client.get("/api/test/varied/")
    assert response["Cache-Control"] == LIFETIME
    assert response["ETag"].startswith('W/"')
    assert "Vary" not in response
    assert not response.cookies


def test_etag_follows_the_body(client: Client) -> None:
    first, same, other = (
        client.get(f"/api/test/temporary/{seconds}/")["ETag"] for seconds in (60, 60, 61)
    )
    assert first == same != other


@pytest.mark.parametrize(
    "template", ["{etag}", "{strong}", '"a", {etag}', 'W/"b",{strong} , "c"', "*", " * "]
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_matching_if_none_match_is_304_without_a_body(
    client: Client, template: str, method: str
) -> None:
    etag = client.get("/api/test/varied/")["ETag"]
    condition = template.format(etag=etag, strong=etag.removeprefix("W/"))

    response = getattr(client, method)("/api/test/varied/", headers={"If-None-Match": condition})

    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == etag
    assert response["Cache-Control"] == LIFETIME
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" not in response


@pytest.mark.parametrize("condition", ['"other"', "", "garbage", 'W/"', '"*"', "W/*"])
def test_other_if_none_match_gets_the_whole_answer(client: Client, condition: str) -> None:
    response = client.get("/api/test/varied/", headers={"If-None-Match": condition})
    assert response.status_code == 200
    assert response.json() == {"text": "ñ"}


def test_head_has_the_headers_of_get_with_its_length(client: Client) -> None:
    get, head = client.get("/api/test/varied/"), client.head("/api/test/varied/")
    different = {"X-Request-ID"}
    assert {k: v for k, v in head.items() if k not in different} == {
        k: v for k, v in get.items() if k not in different
    }
    assert head["Content-Length"] == str(len(get.content))
    assert head.content == b""


@pytest.mark.parametrize(
    ("seconds", "lifetimes"),
    [
        (0, "max-age=0, stale-while-revalidate=0"),
        (4, "max-age=4, stale-while-revalidate=0"),
        (25, "max-age=10, stale-while-revalidate=15"),
        (500, "max-age=10, stale-while-revalidate=30"),
    ],
)
def test_lifetimes_end_when_the_answer_changes(
    client: Client, seconds: int, lifetimes: str
) -> None:
    response = client.get(f"/api/test/temporary/{seconds}/")
    assert response["Cache-Control"] == f"public, {lifetimes}, stale-if-error=86400"


def test_own_cache_control_of_a_view_stands_and_has_no_etag(client: Client) -> None:
    response = client.get("/api/test/unstored/")
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response


def test_private_route_is_never_stored(client: Client) -> None:
    response = client.get("/api/admin/test/")
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response


def test_options_names_the_methods_and_nothing_else(client: Client) -> None:
    response = client.options("/api/test/echo/")
    assert response.status_code == 204
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.content == b""
    assert "Content-Type" not in response


@pytest.mark.parametrize(
    "pattern", every_pattern(cacheable_urlpatterns), ids=lambda pattern: str(pattern.pattern)
)
def test_every_public_view_runs_without_transaction_and_sign_in(pattern: URLPattern) -> None:
    view: Any = pattern.callback
    assert "default" in view._non_atomic_requests
    assert not list(view.cls.authentication_classes)


def test_no_public_path_is_under_a_private_prefix() -> None:
    routes = [f"/api/{pattern.pattern}" for pattern in every_pattern(cacheable_urlpatterns)]
    private = [
        (route, prefix)
        for route in routes
        for prefix in settings.PRIVATE_API_PREFIXES
        if route == prefix or route.startswith(f"{prefix}/")
    ]
    assert private == []
