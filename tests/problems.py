"""Assertions about problem documents (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any


def assert_problem(
    response: Any, status: int, *, parameters: set[str] | None = None
) -> dict[str, Any]:
    """The document, after asserting its shape, its headers and the parameters it names."""
    assert response.status_code == status, response.content[:500]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    document: dict[str, Any] = json.loads(response.content)
    expected = {"type", "title", "status", "detail", "instance", "request_id"}
    assert set(document) - {"errors"} == expected
    assert document["type"] == "about:blank"
    assert document["title"] == HTTPStatus(status).phrase
    assert document["status"] == status
    assert document["detail"]
    assert document["instance"].startswith("/api")
    assert document["request_id"] == response.headers["X-Request-ID"]
    if parameters is not None:
        assert {error["parameter"] for error in document["errors"]} == parameters
    return document
