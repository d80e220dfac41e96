import logging
import re

import pytest
from django.test import Client

from tests.problems import assert_problem

pytestmark = [pytest.mark.urls("tests.cms.http.urls")]

API_POLICY = "default-src 'none'; frame-ancestors 'none'"


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("offered", ["0123456789abcdef", "a.b-c_d.8", "x" * 64])
def test_sane_request_id_is_taken(client: Client, offered: str) -> None:
    response = client.get("/api/test/varied/", headers={"X-Request-ID": offered})
    assert response["X-Request-ID"] == offered


@pytest.mark.parametrize(
    "offered", ["", "short", "x" * 65, "a b c d e f", "ñ" * 10, "1234567\x1b[31m"]
)
def test_other_request_id_is_replaced(client: Client, offered: str) -> None:
    response = client.get("/api/test/varied/", headers={"X-Request-ID": offered})
    assert re.fullmatch("[0-9a-f]{32}", response["X-Request-ID"])


@pytest.mark.parametrize(
    "path", ["/api/test/varied/", "/api/nothing", "/api/test/varied/?a=%00", "/api/admin/test/"]
)
def test_api_answers_carry_the_security_headers(client: Client, path: str) -> None:
    response = client.get(path)
    assert response["Content-Security-Policy"] == API_POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_admin_has_its_own_policy(client: Client) -> None:
    response = client.get("/admin/login/")
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "frame-src 'self' http://localhost:3000" in policy
    assert "frame-ancestors 'self'" in policy


def test_http_is_answered_by_https_when_the_public_url_is(
    client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    response = client.get("/api/test/varied/")
    assert response.status_code == 301
    assert response["Location"] == "https://testserver/api/test/varied/"
    secure = client.get("/api/test/varied/", secure=True)
    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


@pytest.mark.parametrize("path", ["/x%00y/", "/documents/1/a%00b", "/media/a%00b", "/%00"])
def test_nul_in_any_path_is_a_404(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/api/test/%ff/", "/api/%ed%a0%80/", "/api/test/fail/%c3%28/x"])
def test_path_that_is_not_utf_8_is_a_404_problem(client: Client, path: str) -> None:
    assert_problem(client.get(path), 404)


def test_access_log_has_one_record_without_query_and_person(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="cms.access"):
        response = client.get(
            "/api/test/varied?email=ana@example.org",
            headers={"User-Agent": "agent-7", "Referer": "https://ref.example"},
            REMOTE_ADDR="203.0.113.77",
        )
    (record,) = [record for record in caplog.records if record.name == "cms.access"]
    fields = vars(record)
    assert fields["method"] == "GET"
    assert fields["path"] == "/api/test/varied"
    assert fields["status"] == 200
    assert fields["bytes"] == len(response.content)
    assert fields["client"] == "203.0.113.0/24"
    assert fields["duration_ms"] >= 0
    for personal in ("ana@example.org", "203.0.113.77", "agent-7", "ref.example"):
        assert personal not in str(fields)


@pytest.mark.django_db
def test_access_log_keeps_no_token_of_a_link(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="cms.access"):
        client.get("/admin/password_reset/confirm/MQ/c9z8k1-0123456789abcdef/")
    assert "/admin/password_reset/confirm/" in caplog.text
    assert "0123456789abcdef" not in caplog.text
