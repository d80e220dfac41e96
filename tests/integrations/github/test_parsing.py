"""The parser against what GitHub has really answered, and the fake against GitHub's description."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from integrations.github import parsing
from integrations.github.client import Answer
from integrations.github.failures import Failure, GitHubError, LimitError
from integrations.github.pages import parse_all
from integrations.github.verdict import ensure_usable
from tests.integrations.github import world
from tests.integrations.github.server import FakeGitHub


def recorded(shared_data: Path, *names: str) -> list[dict[str, Any]]:
    folder = shared_data / "github" / "recorded"
    rows = [row for name in names for row in json.loads((folder / f"{name}.json").read_text())]
    return [row["response"] for row in rows]


def test_every_recorded_repository_is_understood(shared_data: Path) -> None:
    answers = recorded(shared_data, "org-repos-pages", "user-repos")
    answers += recorded(shared_data, "search-repositories")
    raw = [
        one
        for answer in answers
        if answer["status"] == 200
        for one in (answer["json"]["items"] if "items" in answer["json"] else answer["json"])
    ]
    items, dropped = parse_all(raw, parsing.project)
    assert len(raw) > 300
    assert (len(items), dropped) == (len(raw), 0)
    assert {item["language"] for item in items} > {"Java", "Ruby"}


def test_every_recorded_pull_request_and_issue_is_understood(shared_data: Path) -> None:
    names = (
        "search-issues",
        "search-pull-requests",
        "search-pages",
        "octokit-fixtures-search-issues",
    )
    answers = [one for one in recorded(shared_data, *names) if one["status"] == 200]
    raw = [item for answer in answers for item in answer["json"]["items"]]
    bots = [one for one in raw if one["user"]["type"] == "Bot"]
    items, dropped = parse_all(raw, parsing.contribution)
    assert len(raw) > 60
    assert (len(items), dropped) == (len(raw) - len(bots), 0)
    assert {item["type"] for item in items} == {"pull_request", "issue"}


def test_every_recorded_refusal_is_understood(shared_data: Path) -> None:
    failures = []
    for answer in recorded(shared_data, "rate-limits", "errors-redirects-conditional"):
        headers = {name.lower(): str(value) for name, value in answer["headers"].items()}
        try:
            ensure_usable(Answer(answer["status"], headers, answer.get("json")))
        except LimitError as error:
            failures.append(error.failure)
        except GitHubError as error:
            failures.append(error.failure)
    assert failures.count(Failure.SECONDARY_LIMIT) >= 10
    assert failures.count(Failure.PRIMARY_LIMIT) >= 5
    assert {Failure.BAD_TOKEN, Failure.NOT_FOUND, Failure.REFUSED_QUERY} <= set(failures)
    assert Failure.SERVER_ERROR in failures


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/users/example-lab/repos?per_page=100", "/users/{username}/repos"),
        ("/search/issues?q=author:ana&per_page=100", "/search/issues"),
    ],
)
def test_fake_answers_as_github_describes_itself(
    path: str, template: str, shared_data: Path
) -> None:
    described = json.loads((shared_data / "github" / "github-openapi-subset.json").read_text())
    responses = described["paths"][template]["get"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    with FakeGitHub() as github:
        github.repositories["example-lab"] = [world.repository(1)]
        github.contributions = [world.contribution(1), world.contribution(2)]
        with urllib.request.urlopen(github.url + path) as response:  # noqa: S310 - loopback
            answer = json.load(response)
    nullable = _with_nullable({**schema, "components": described["components"]})
    errors = list(Draft4Validator(nullable).iter_errors(answer))
    assert not errors, [f"{error.json_path}: {error.message[:200]}" for error in errors[:5]]


def _with_nullable(schema: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` in words of JSON Schema."""
    if isinstance(schema, list):
        return [_with_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _with_nullable(value) for name, value in schema.items()}
    if plain.pop("nullable", False) is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_value_of_any_field_breaks_the_parser(data: st.DataObject) -> None:
    for make, parse in (
        (world.repository, parsing.project),
        (world.contribution, parsing.contribution),
    ):
        raw = make(1)
        raw[data.draw(st.sampled_from(sorted(raw)))] = data.draw(_JSON)
        items, dropped = parse_all([raw, make(2)], parse)
        assert dropped + len(items) <= 2
        assert items[-1]["github_id"] == make(2)["id"]
        for item in items:
            assert "\0" not in json.dumps(item, ensure_ascii=False)
            json.dumps(item, ensure_ascii=False).encode()
