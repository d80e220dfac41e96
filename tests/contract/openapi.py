"""Every answer of the API is held against the OpenAPI document."""

import copy
import json
import re
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator


@cache
def document() -> dict[str, Any]:
    generated: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    # As a client gets it: no lazy strings, no shared objects.
    plain: dict[str, Any] = json.loads(json.dumps(generated, default=str))
    return plain


def _closed(schema: Any) -> Any:
    """``schema`` with every object closed, so that a field nobody documented is an error."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if "properties" in closed and "additionalProperties" not in closed:
        closed["additionalProperties"] = False
    return closed


def _optional(schema: Any) -> Any:
    """``schema`` for answers to `fields=`, which may leave out anything and, in lists, add."""
    if isinstance(schema, list):
        return [_optional(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    # Of an object without its required fields one cannot tell which of several it is.
    return {
        "anyOf" if key == "oneOf" else key: _optional(value)
        for key, value in schema.items()
        if key != "required"
    }


@cache
def _components(*, partial: bool) -> dict[str, Any]:
    components = copy.deepcopy(document()["components"])
    answer: dict[str, Any] = _optional(components) if partial else _closed(components)
    return answer


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    routes = []
    # "/pages/find/" before "/pages/{id}/".
    for path in sorted(document()["paths"], key=lambda path: path.count("{")):
        pattern = re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(path)).removesuffix("/")
        routes.append((re.compile(rf"^{pattern}/?$"), path))
    return routes


def operation_for(path: str, method: str) -> dict[str, Any] | None:
    for pattern, template in _routes():
        if pattern.match(path):
            operation: dict[str, Any] | None = document()["paths"][template].get(method.lower())
            return operation
    return None


def assert_documented(response: HttpResponse, method: str, path: str, *, partial: bool) -> None:
    """Status, media type and body are as the OpenAPI document says."""
    operation = operation_for(path, method)
    assert operation is not None, f"{method} {path} is not in the OpenAPI document"
    responses = operation["responses"]
    assert str(response.status_code) in responses, (
        f"{method} {path}: {response.status_code} is not documented"
    )
    content = responses[str(response.status_code)].get("content")
    if content is None:
        assert response.content == b""
        return
    media_type = response.headers["Content-Type"].split(";")[0]
    assert media_type in content, f"{method} {path}: {media_type} is not documented"
    if not media_type.endswith("json"):
        return
    schema = content[media_type]["schema"]
    schema = _optional(schema) if partial else _closed(schema)
    validator = Draft202012Validator({**schema, "components": _components(partial=partial)})
    errors = sorted(validator.iter_errors(json.loads(response.content)), key=str)
    assert not errors, f"{method} {path}: " + "; ".join(
        f"{error.json_path}: {error.message[:300]}" for error in errors[:5]
    )


def request_problems(method: str, path: str, body: Any) -> list[str]:
    """What of a JSON body is not as the OpenAPI document says."""
    operation = operation_for(path, method)
    assert operation is not None, f"{method} {path} is not in the OpenAPI document"
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return [] if body == {} else ["There is to be none."]
    schema = content["application/json"]["schema"]
    whole = {**schema, "components": document()["components"]}
    errors = Draft202012Validator(whole).iter_errors(body)
    return [f"{error.json_path}: {error.message[:300]}" for error in errors]


class ApiClient(Client):
    """Django's test client; every GET under /api/ is checked against the document, and of the admin
    API every answer, and every body that was accepted.
    """

    def generic(self, method: str, path: str, data: Any = "", *args: Any, **kwargs: Any) -> Any:
        response: Any = super().generic(method, path, data, *args, **kwargs)
        is_json = "application/json" in [*args, kwargs.get("content_type")]
        if data and is_json and path.startswith("/api/admin/") and response.status_code < 300:
            problems = request_problems(method, path.partition("?")[0], json.loads(data))
            assert not problems, f"{method} {path}: " + "; ".join(problems)
        return response

    def request(self, **request: Any) -> Any:
        response: Any = super().request(**request)
        if response.status_code >= 400 and connection.in_atomic_block:
            # REST framework gives up the transaction around every error: here it is the test's.
            transaction.set_rollback(False)
        path = request["PATH_INFO"]
        undocumented = path.startswith(("/api/schema", "/api/docs"))
        method = request["REQUEST_METHOD"]
        if path.startswith(("/api/admin/", "/api/auth/")):
            if operation_for(path, method) is not None:
                assert_documented(response, method, path, partial=False)
        elif method == "GET" and path.startswith("/api/") and not undocumented:
            partial = "fields=" in request.get("QUERY_STRING", "")
            known = operation_for(path, "GET") is not None
            if known or response.status_code < 400:
                assert_documented(response, "GET", path, partial=partial)
        return response
