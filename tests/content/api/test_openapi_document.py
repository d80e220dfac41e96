"""The OpenAPI document is valid, whole and the committed one."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver

from cms.admin_urls import admin_urlpatterns
from cms.http.routes import is_private_api, is_public_api
from cms.public_api import public_urlpatterns
from cms.urls import private_urlpatterns
from tests.contract.openapi import document

SNAPSHOT = Path(__file__).parents[3] / "docs" / "openapi.yaml"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = document()["paths"].items()
    return [(path, method, one) for path, methods in paths for method, one in methods.items()]


def public_operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Those that anybody may cache."""
    return [each for each in operations() if is_public_api(each[0])]


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "/api/") -> Iterator[str]:
    for one in patterns:
        route = prefix + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield re.sub(r"<\w+:(\w+)>", r"{\1}", re.sub(r"<\w+:pk>", "{id}", route))


def test_document_is_made_without_warnings_and_is_the_committed_one(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert made.read_text() == SNAPSHOT.read_text(), "If that is wanted: make openapi-snapshot"


def test_document_has_every_public_route_and_no_other() -> None:
    public = list(routes(public_urlpatterns))
    assert len(public) > 10
    assert Counter(path for path, _method, _one in public_operations()) == Counter(public)


def test_document_has_no_private_route_that_is_none() -> None:
    private = {re.sub(r"<\w+:(\w+)>", r"{\1}", f"/{one.pattern}") for one in private_urlpatterns}
    documented = {path for path, _method, _one in operations() if is_private_api(path)}
    assert {"/api/contact", "/api/email/events/{provider}"} <= documented
    of_editors = set(routes(admin_urlpatterns))
    assert of_editors <= documented
    assert documented <= private | of_editors


def test_every_private_operation_documents_its_problems() -> None:
    for path, method, one in operations():
        if is_private_api(path):
            assert one["description"], path
            problems = {status for status in one["responses"] if status >= "400"}
            expected = {"400", "413", "415"} if method in ("post", "patch") else set()
            assert expected <= problems, path
            assert ("security" in one) is ({"401", "403"} <= problems), path
            for status in problems:
                content = list(one["responses"][status]["content"])
                assert content == ["application/problem+json"], (path, status)


def test_served_document_is_the_generated_one_in_both_formats(client: Client) -> None:
    served = client.get("/api/schema/")
    assert served.headers["Content-Type"].startswith("application/json")
    assert json.loads(served.content) == document()
    assert yaml.safe_load(client.get("/api/schema/?format=yaml").content) == document()
    assert document()["openapi"].startswith("3.1.")


def test_every_operation_reads_has_a_name_of_its_own_and_documents_its_problems() -> None:
    names = Counter(one["operationId"] for _path, _method, one in operations())
    assert names.most_common(1)[0][1] == 1
    for path, method, one in public_operations():
        assert method == "get", path
        assert one["description"], path
        for status in ("400", "404", "503"):
            assert list(one["responses"][status]["content"]) == ["application/problem+json"], path
        assert {"200", "302"} & one["responses"].keys(), path
        is_cacheable = path != "/api/v2/page_preview/"
        assert ("304" in one["responses"]) is is_cacheable, path
        for parameter in one.get("parameters", []):
            assert parameter["schema"], (path, parameter)


def test_every_field_is_required_because_none_is_ever_left_out() -> None:
    # Errors say what they know; what is sent may be left out.
    free = {"Contact", "InputError", "Problem", "Subscribe", "Token"}
    for name, schema in document()["components"]["schemas"].items():
        sent = name.endswith(("Input", "Upload")) or name.startswith("Patched")
        if "properties" in schema and name not in free and not sent:
            assert set(schema["required"]) == set(schema["properties"]), name


def test_blocks_and_sections_each_have_a_schema() -> None:
    schemas = document()["components"]["schemas"]
    for suffix, count in (("Block", 9), ("Section", 10)):
        named = [name for name in schemas if name.endswith(suffix)]
        assert len(named) == count, named
        for name in named:
            assert schemas[name]["properties"]["type"]["const"], name
