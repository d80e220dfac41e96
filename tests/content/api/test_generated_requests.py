"""Schemathesis: whatever the OpenAPI document allows or forbids is answered as it says."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cms.http.routes import is_public_api
from tests.content.api.seed import Seed
from tests.content.api.test_bad_input import known_id

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 16, GenerationMode.NEGATIVE: 10}
# The same requests in every run, and nothing remembered between runs.
SETTINGS = hypothesis_settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Without Django's end of a request, which closes the connection that holds the test's data."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations(schema: Any) -> Iterator[Any]:
    for result in schema.get_all_operations():
        operation = result.ok()
        if is_public_api(operation.path):
            yield operation


def call(case: Any) -> Any:
    """Send ``case``; an answer with `fields` may lack what the schema requires."""
    partial = "fields" in (case.query or {})
    excluded = [response_schema_conformance] if partial else []
    with transaction.atomic():
        response = case.call_and_validate(checks=CHECKS, excluded_checks=excluded)
        # REST framework gives up the transaction around every error: here it is the test's.
        transaction.set_rollback(True)
    return response


def exercise(operation: Any, mode: GenerationMode, known: int) -> Counter[int]:
    """The statuses of generated requests, half of them for the id of something that is there."""
    statuses: Counter[int] = Counter()

    @hypothesis_settings(SETTINGS, max_examples=EXAMPLES[mode])
    @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
    def run(case: Any, there: bool) -> None:  # noqa: FBT001
        if there and "{id}" in operation.path:
            case.path_parameters = {"id": known}
        statuses[call(case).status_code] += 1

    run()
    return statuses


def test_generated_requests_are_answered_as_documented(seeded: Seed, kept_connection: None) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
    statuses: Counter[int] = Counter()
    for operation in operations(schema):
        for mode in EXAMPLES:
            statuses += exercise(operation, mode, known_id(operation.path, seeded))
    assert set(statuses) <= {200, 302, 400, 404}, statuses
    assert statuses[200] > 50, statuses
    assert statuses[400] > 50, statuses
