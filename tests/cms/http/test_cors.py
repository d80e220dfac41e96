import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.cms.http.urls")]

PUBLIC, PRIVATE = "/api/test/varied/", "/api/admin/test/"
FRONTEND = "http://localhost:3000"
EXPOSED = "ETag, Link, Retry-After, X-Request-ID"


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://anybody.example"}, {"Origin": "null"}])
def test_public_route_is_readable_by_everybody(client: Client, headers: dict[str, str]) -> None:
    response = client.get(PUBLIC, headers=headers)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Expose-Headers"] == EXPOSED
    assert "Access-Control-Allow-Credentials" not in response
    assert "Vary" not in response


@pytest.mark.parametrize("path", ["/api/nothing", f"{PUBLIC}?a=%00"])
def test_error_of_a_public_route_is_readable_too(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code in {400, 404}
    assert response["Access-Control-Allow-Origin"] == "*"


def test_public_preflight_allows_reading(client: Client) -> None:
    headers = {"Origin": "https://anybody.example", "Access-Control-Request-Method": "GET"}
    response = client.options(PUBLIC, headers=headers)
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]
    assert "Authorization" not in response["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", [PRIVATE, "/api/contact", "/api/contact/"])
def test_private_route_answers_the_frontend(client: Client, path: str) -> None:
    headers = {"Origin": FRONTEND, "Access-Control-Request-Method": "POST"}
    response = client.options(path, headers=headers)
    assert response["Access-Control-Allow-Origin"] == FRONTEND
    assert "authorization" in response["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in response
    assert "origin" in response["Vary"].lower()


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:3001",
        "https://localhost:3000",
        "http://localhost:3000.evil.example",
        "http://evil.example:3000",
    ],
)
def test_private_route_answers_no_other_origin(client: Client, origin: str) -> None:
    response = client.get(PRIVATE, headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in response


def test_path_that_only_begins_like_a_private_one_is_public(client: Client) -> None:
    response = client.get("/api/contact-us/")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db
def test_site_outside_of_the_api_has_no_cors(client: Client) -> None:
    response = client.get("/test-page/", headers={"Origin": FRONTEND})
    assert "Access-Control-Allow-Origin" not in response
