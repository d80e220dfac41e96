import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from cms.http import api_docs
from tests.problems import assert_problem


@pytest.fixture
def client() -> Client:
    return Client()


def test_schema_is_openapi_3_1_as_json_whatever_is_accepted(client: Client) -> None:
    response = client.get("/api/schema/", headers={"Accept": "text/html"})
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["openapi"].startswith("3.1")


def test_schema_as_yaml_says_the_same(client: Client) -> None:
    response = client.get("/api/schema?format=yaml")
    assert response["Content-Type"] == "application/yaml"
    assert yaml.safe_load(response.content) == client.get("/api/schema").json()


def test_schema_has_routes_of_the_api_only(client: Client) -> None:
    paths = client.get("/api/schema").json()["paths"]
    assert [path for path in paths if not path.startswith("/api/")] == []


@pytest.mark.parametrize(
    ("query", "parameters"),
    [("format=xml", {"format"}), ("format=", {"format"}), ("a=1&b=2", {"a", "b"})],
)
def test_other_parameters_of_the_schema_are_refused(
    client: Client, query: str, parameters: set[str]
) -> None:
    assert_problem(client.get(f"/api/schema/?{query}"), 400, parameters=parameters)


def test_docs_load_nothing_from_elsewhere_and_need_no_inline_script(client: Client) -> None:
    page = client.get("/api/docs/")
    html = page.content.decode()
    assert page["Content-Type"].startswith("text/html")
    assert "script-src 'self';" in page["Content-Security-Policy"]
    sources = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert len(sources) >= 4
    assert [source for source in sources if not source.startswith("/")] == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []


def test_docs_script_points_to_the_schema(client: Client) -> None:
    response = client.get("/api/docs/?script=")
    assert response["Content-Type"].startswith("application/javascript")
    assert b'"/api/schema/"' in response.content


def test_unknown_parameter_of_the_docs_is_refused(client: Client) -> None:
    assert_problem(client.get("/api/docs/?lang=es"), 400, parameters={"lang"})


def test_the_document_is_made_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    busy = threading.Lock()

    def make(*_args: Any, **_options: Any) -> dict[str, Any]:
        # drf-spectacular fails now and then when two threads are in here.
        assert busy.acquire(blocking=False)
        time.sleep(0.1)
        made.append(1)
        busy.release()
        return {}

    monkeypatch.setattr(SchemaGenerator, "get_schema", make)
    api_docs._make.cache_clear()
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(api_docs._document, ["json", "yaml", "json", "yaml"]))
    finally:
        api_docs._make.cache_clear()
    assert len(made) == 2
