"""What every view of the admin API does, seen at `GET /api/auth/me`."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.admin_api.preconditions import PreconditionFailedError, require_match, state_etag
from cms.models import User
from tests.admin_clients import api_client_of, make_administrator, make_user
from tests.contract.openapi import ApiClient
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

ME = "/api/auth/me"


def test_me_says_who_and_what_they_may_do() -> None:
    user = make_user("Editors", username="ana", email="Ana@Example.org", first_name="Ana")
    answer = api_client_of(user).get(ME)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    body = answer.json()
    permissions = body.pop("permissions")
    assert body == {
        "id": user.pk,
        "username": "ana",
        "email": "ana@example.org",
        "name": "Ana",
        "groups": ["Editors"],
    }
    assert "wagtailadmin.access_admin" in permissions
    assert permissions == sorted(permissions)


def test_nobody_gets_in_without_a_token() -> None:
    for client in (ApiClient(), ApiClient(headers={"Authorization": "Basic YTpi"})):
        answer = client.get(ME)
        assert_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="admin API"'


def test_a_session_opens_nothing_and_a_token_does_not_open_the_admin() -> None:
    user = make_administrator()
    client = Client()
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    assert_problem(client.get(ME), 401)
    assert api_client_of(user).get("/admin/").status_code == 302


def test_token_is_read_from_no_other_place() -> None:
    token = api_client_of(make_administrator()).defaults["HTTP_AUTHORIZATION"].split()[1]
    client = Client()
    client.cookies["access"] = client.cookies["Authorization"] = token
    for name in ("access", "access_token", "token"):
        assert_problem(client.get(f"{ME}?{name}={token}"), 401)
    assert Client(headers={"Authorization": f"bearer {token}"}).get(ME).status_code == 200


def test_the_order_is_401_403_405() -> None:
    assert_problem(ApiClient().delete(ME), 401)
    refused = api_client_of(make_user()).delete(ME)
    assert_problem(refused, 401)  # may not enter the admin
    answer = api_client_of(make_administrator()).delete(ME)
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_unknown_parameters_are_named() -> None:
    answer = api_client_of(make_administrator()).get(f"{ME}?fields=id")
    assert_problem(answer, 400, parameters={"fields"})


def test_frontends_may_ask_and_nobody_else(settings: object) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-match"}
    origin = settings.FRONTEND_ORIGINS[0]  # type: ignore[attr-defined]
    allowed = Client().options(ME, headers={**asked, "Origin": origin})
    assert allowed.headers["Access-Control-Allow-Origin"] == origin
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    for other in ("https://evil.example", "null", f"{origin}.evil.example"):
        answer = Client().options(ME, headers={**asked, "Origin": other})
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_sign_in_ends_at_the_next_request() -> None:
    def lose_password(user: User) -> None:
        user.set_password("another long password")
        user.save()

    def lose_role(user: User) -> None:
        user.groups.clear()

    def lose_role_of_the_group(user: User) -> None:
        Group.objects.get(name="Editors").permissions.clear()

    def be_deactivated(user: User) -> None:
        User.objects.filter(pk=user.pk).update(is_active=False)

    def be_deleted(user: User) -> None:
        user.delete()

    for lose in (lose_password, lose_role, be_deactivated, be_deleted, lose_role_of_the_group):
        user = make_user("Editors")
        client = api_client_of(user)
        assert client.get(ME).status_code == 200
        lose(user)
        answer = client.get(ME)
        assert_problem(answer, 401)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_being_signed_in_costs_three_queries() -> None:
    client = api_client_of(make_user("Editors"))
    client.delete(ME)  # what Wagtail remembers of the site is asked for once
    with CaptureQueriesContext(connection) as queries:
        assert client.delete(ME).status_code == 405
    # Sign-in and user, permissions of the user, permissions of the groups.
    assert len([query for query in queries if query["sql"].startswith("SELECT")]) == 3


def test_if_match_is_compared_by_the_state_that_the_tag_names() -> None:
    etag = state_etag("content.eventpage", 7, 12)
    assert etag != state_etag("content.eventpage", 7, 13)
    assert state_etag(1, 23) != state_etag(12, 3)

    def fits(value: str | None) -> bool:
        headers = {} if value is None else {"If-Match": value}
        request = Client(headers=headers).get("/healthz").wsgi_request
        try:
            require_match(request, etag)
        except PreconditionFailedError:
            return False
        return True

    bare = etag.strip('"')
    compressed = (f'"{bare}-gzip"', f'"{bare}-zstd"', f"W/{etag}", f'W/"{bare}-gzip"')
    for value in (None, "*", etag, f'"other", {etag}', f'"other", W/{etag}', *compressed):
        assert fits(value), value
    for value in ("", '"other"', 'W/"other"', bare, f"w/{etag}", f'"{bare}-deflate-gzip"'):
        assert not fits(value), value
