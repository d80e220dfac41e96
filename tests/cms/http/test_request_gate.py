import pytest
from django.test import Client

from tests.problems import assert_problem

pytestmark = [pytest.mark.urls("tests.cms.http.urls")]


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("path", ["/api/test/varied/", "/api/test/varied", "/api/test/next.js"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_one_slash_more_or_less_makes_no_difference(client: Client, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 200


def test_slash_after_an_unslashed_route_is_taken_away(client: Client) -> None:
    assert client.get("/api/test/next.js/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/test/length", "/api/test/length/", "/api/contact/"])
def test_post_keeps_its_body_in_either_form(client: Client, path: str) -> None:
    response = client.post(path, "x" * 100, content_type="text/plain")
    assert response.json() == {"length": 100}


@pytest.mark.parametrize(
    "path", ["/api/test/varied///", "/api/test//varied/", "/api//test/varied/"]
)
def test_more_than_one_slash_is_another_path(client: Client, path: str) -> None:
    assert_problem(client.get(path), 404)


def test_slash_is_not_toggled_outside_of_the_api(client: Client) -> None:
    response = client.get("/test-page")
    assert response.status_code == 301
    assert response["Location"] == "/test-page/"


def test_path_under_api_is_never_a_page_of_the_site(client: Client) -> None:
    # Wagtail's routes match any path of slugs; without the django_db mark a page look-up fails.
    assert_problem(client.get("/api/about-us/"), 404)


@pytest.mark.parametrize("host", ["evil.example", "localhost:8000:1", "a b", "testserver.evil"])
def test_foreign_host_is_a_problem(client: Client, host: str) -> None:
    assert_problem(client.get("/api/test/varied/", headers={"Host": host}), 400)


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("search=%00", {"search"}),
        ("search=a%00b&limit=1", {"search"}),
        ("search=%ff", {"search"}),
        ("search=%ed%a0%80", {"search"}),
        ("a=%c3%28&b=ok&c=%00", {"a", "c"}),
        ("%00=1", {"\0"}),
        ("%ff=1", {"\N{REPLACEMENT CHARACTER}"}),
    ],
)
def test_query_that_is_not_text_names_its_parameters(
    client: Client, query: str, parameters: set[str]
) -> None:
    assert_problem(client.get(f"/api/test/varied/?{query}"), 400, parameters=parameters)


@pytest.mark.parametrize("query", ["a=%C3%B1+%E6%97%A5", "a=ñ", "%", "a=%zz", "&&", "a=1&a=2"])
def test_query_that_is_text_passes(client: Client, query: str) -> None:
    response = client.get("/api/test/varied/", QUERY_STRING=query.encode().decode("latin-1"))
    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/api/test/length/", 65_536, 200),
        ("/api/test/length/", 65_537, 413),
        ("/api/test/length", 65_537, 413),
        ("/api/admin/length/", 1_048_576, 200),
        ("/api/admin/length/", 1_048_577, 413),
        ("/api/contact", 65_537, 413),
    ],
)
def test_body_is_limited_by_route(client: Client, path: str, length: int, status: int) -> None:
    response = client.post(path, "x" * length, content_type="text/plain")
    if status == 200:
        assert response.json() == {"length": length}
    else:
        assert_problem(response, status)


@pytest.mark.parametrize(
    ("length", "status"),
    [("9" * 5000, 413), ("0" * 5000 + "1" * 6, 413), ("-1", 400), ("1e3", 400), ("٣", 400)],
)
def test_senseless_length_is_refused_unread(client: Client, length: str, status: int) -> None:
    assert_problem(client.get("/api/test/varied/", CONTENT_LENGTH=length), status)


def test_body_without_length_is_411(client: Client) -> None:
    response = client.post("/api/test/length/", headers={"Transfer-Encoding": "chunked"})
    assert_problem(response, 411)
