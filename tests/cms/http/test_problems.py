from http import HTTPStatus

import pytest
from django.test import Client

from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cms.http.urls")]

EXPECTED = {
    "404": 404,
    "403": 403,
    "400": 400,
    "401": 401,
    "429": 429,
    "503": 503,
    "data": 400,
    "wagtail": 400,
    "validation": 400,
    "query": 400,
    "500": 500,
}
PLACES = ["/api/test/fail/{}", "/api/test/pages/?name={}", "/api/test/plain/{}/"]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("debug", [False, True], ids=["production", "debug"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", EXPECTED)
def test_exception_in_a_view_is_a_problem_without_its_text(
    client: Client, settings: pytest.FixtureRequest, place: str, name: str, debug: object
) -> None:
    settings.DEBUG = debug  # type: ignore[attr-defined]

    response = client.get(place.format(name))

    assert_problem(response, EXPECTED[name])
    assert b"secret" not in response.content
    assert b"Traceback" not in response.content


@pytest.mark.parametrize("place", PLACES)
def test_several_wrong_parameters_are_all_named(client: Client, place: str) -> None:
    assert_problem(client.get(place.format("query")), 400, parameters={"limit", "nope"})


def test_invalid_body_lists_every_error_with_its_pointer(client: Client) -> None:
    body = '{"email": "x", "sessions": [{"title": "ok"}, {"title": "long"}, {}]}'

    response = client.post("/api/test/input/", body, content_type="application/json")

    errors = assert_problem(response, 400)["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [
        ("/email", "invalid"),
        ("/sessions/1/title", "max_length"),
        ("/sessions/2/title", "required"),
    ]


def test_error_about_the_whole_body_points_to_its_root(client: Client) -> None:
    body = '{"email": "a@example.org", "sessions": []}'

    response = client.post("/api/test/input/", body, content_type="application/json")

    (error,) = assert_problem(response, 400)["errors"]
    assert error == {"pointer": "", "code": "invalid", "message": "Never right."}


def test_model_validation_error_points_to_its_field(client: Client) -> None:
    errors = assert_problem(client.get("/api/test/fail/validation"), 400)["errors"]
    assert errors == [
        {"pointer": "/ends_at", "code": "invalid", "message": "Ends before it starts."}
    ]


def test_malformed_json_is_a_problem(client: Client) -> None:
    response = client.post("/api/test/input/", '{"a": ', content_type="application/json")
    assert_problem(response, 400)


def test_other_body_type_is_415(client: Client) -> None:
    response = client.post("/api/test/input/", "a=b", content_type="text/plain")
    assert_problem(response, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


@pytest.mark.parametrize("path", ["/api/test/echo/", "/api/test/plain/404/"])
def test_wrong_method_is_405_with_the_methods_there_are(client: Client, path: str) -> None:
    response = client.post(path)
    assert_problem(response, HTTPStatus.METHOD_NOT_ALLOWED)
    assert "GET" in response["Allow"]


def test_throttled_answer_says_when_to_come_back(client: Client) -> None:
    assert client.get("/api/test/fail/429")["Retry-After"] == "7"


@pytest.mark.parametrize("place", PLACES)
def test_database_failure_says_when_to_come_back(client: Client, place: str) -> None:
    assert int(client.get(place.format("503"))["Retry-After"]) > 0


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/nothing", "/api/v2/nothing/", "/api/a%0ab", "/api/%00", "/api//"],
)
def test_unknown_route_is_a_404_problem(client: Client, path: str) -> None:
    assert_problem(client.get(path), 404)


def test_missing_csrf_token_under_api_is_a_problem() -> None:
    client = Client(enforce_csrf_checks=True)
    assert_problem(client.post("/api/contact", {"a": "b"}), 403)


def test_error_outside_of_the_api_stays_a_page(client: Client) -> None:
    response = client.get("/test-failure/503/")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response["Content-Type"].startswith("text/html")


def test_problem_instance_has_no_query(client: Client) -> None:
    document = assert_problem(client.get("/api/test/fail/404?token=abc"), 404)
    assert document["instance"] == "/api/test/fail/404"
