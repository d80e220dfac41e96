"""Every parameter of every route × everything that has ever broken one."""

import json
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from cms.http.routes import is_public_api
from tests.content.api.seed import Seed
from tests.contract.openapi import ApiClient, document
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

# Above what the slowest honest answer takes on a busy machine, far below anything superlinear.
MAX_SECONDS = 5.0

EVIL = {
    "empty": "",
    "blank": "%20",
    "word": "abc",
    "wrong type": "true",
    "NUL": "%00",
    "NUL inside": "a%00b",
    "-1": "-1",
    "0": "0",
    "1.5": "1.5",
    "2^31": str(2**31),
    "2^63": str(2**63),
    "2^64": str(2**64),
    "10^23": str(10**23),
    "5,000 digits": "9" * 5_000,
    "NaN": "NaN",
    "infinity": "-Infinity",
    "1e400": "1e400",
    "Arabic digits": quote("٤٢"),
    "10,000 characters": "a" * 10_000,
    "200 words": "+".join(["word"] * 200),
    "200 short words": "+".join("abcdefghij" * 20),
    "200 letters that fold to many": quote("㌖" * 200),
    "combining marks": quote("a" + "\u0301" * 199),
    "lone surrogate": "%ED%A0%80",
    "invalid UTF-8": "%FF",
    "overlong": "%C0%AF",
    "quotation mark": "%22",
    "apostrophe": "%27",
    "SQL": quote("' OR 1=1; --"),
    "percent": "%25",
    "bare percent": "%",
    "percent-encoded NUL": "%2500",
    "backslash": "%5C",
    "brackets": quote("[](){}<>"),
    "address with a bracket": quote("//["),
    "address with a port": quote("http://a:b/"),
    "nested": quote("a(" * 300),
    "closed too often": quote("a)))"),
    "commas": ",,,",
    "star": "*",
    "tsquery": quote("a:* & !b | (c <-> d)"),
    "line break": "a%0D%0Ab",
    "date far away": "9999-12-31T23:59:59-23:59",
    "date before the first": quote("0001-01-01T00:00:00+23:59"),
    "date that is none": "2026-02-30",
    "ids of a JSON list": quote("[1,2]"),
    "right to left": quote("\u202eabc"),
    "emoji": quote("👩‍👩‍👧"),
}


def operations() -> list[tuple[str, dict[str, Any]]]:
    paths = document()["paths"].items()
    return [
        (path, methods["get"])
        for path, methods in paths
        if "get" in methods and is_public_api(path)
    ]


def query_names(operation: dict[str, Any]) -> list[str]:
    return [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]


def required(operation: dict[str, Any]) -> str:
    """The required parameters with an innocent value."""
    return "".join(
        f"&{one['name']}=/"
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one.get("required")
    )


def known_id(path: str, seeded: Seed) -> int:
    """The id of something that is there, for a route with ``{id}``."""
    ids = {"events": seeded.event, "testimonials": seeded.testimonial, "redirects": seeded.redirect}
    kind = path.removeprefix("/api/").removeprefix("v2/").split("/")[0]
    return int(ids.get(kind, seeded.home).pk)


def address(path: str, seeded: Seed) -> str:
    names = {"{owner}": seeded.project.owner, "{name}": seeded.project.name}
    for placeholder, value in names.items():
        path = path.replace(placeholder, value)
    return path.replace("{id}", str(known_id(path, seeded)))


def chosen(operation: dict[str, Any]) -> list[str]:
    """Every value; fewer on the short paths and the feed, which read the same parameters."""
    values = list(EVIL.values())
    again = operation["operationId"].endswith("_short") or operation["tags"] == ["calendars"]
    return values[::5] if again else values


def queries(operation: dict[str, Any]) -> Iterator[str]:
    """Every bad query string of one route."""
    others = required(operation)
    for name in query_names(operation):
        rest = "".join(f"&{one}" for one in others.split("&") if one and one != f"{name}=/")
        for value in chosen(operation):
            yield f"{name}={value}{rest}"
        yield f"{name}=1&{name}=2{rest}"
        yield f"{name}[]=1{others}"
        yield f"{name}[a][b]=1{others}"
        yield f"{name}__in=1{others}"
        yield f"{name}{rest}"
        if f"{name}=/" in others:
            yield rest.removeprefix("&")
    for name in (
        "bogus",
        "order%5B0%5D",
        "title",
        "site",
        "format",
        "a%00",
        "%FF",
        "1",
        "__class__",
    ):
        yield f"{name}=1{others}"


def timed_answer(client: Client, path: str, query: str) -> tuple[Any, float]:
    started = time.perf_counter()
    # A statement that the database refused must not fail all the others after it.
    with transaction.atomic():
        # A query string as it is, because encoding it again would repair it.
        response = client.get(path, QUERY_STRING=query)
        transaction.set_rollback(True)
    return response, time.perf_counter() - started


def check_answer(client: Client, path: str, query: str) -> str | None:
    """What is wrong with the answer, or nothing."""
    response, seconds = timed_answer(client, path, query)
    for _again in range(2):
        # What is slow is slow each time; the machine only now and then.
        if seconds > MAX_SECONDS:
            response, seconds = timed_answer(client, path, query)
    where = f"{path}?{query[:120]}"
    if seconds > MAX_SECONDS:
        return f"{where}: {seconds:.1f} s"
    if response.status_code == 302:
        return None if "/find" in path else f"{where}: a redirect"
    if response.status_code == 200:
        kind = response.headers["Content-Type"]
        return None if "json" in kind or "calendar" in kind else f"{where}: {kind}"
    if response.status_code not in (400, 404):
        return f"{where}: {response.status_code} {response.content[:200]!r}"
    problem = assert_problem(response, response.status_code)
    if response.status_code == 400 and not all(e.get("parameter") for e in problem["errors"]):
        return f"{where}: names no parameter: {problem}"
    return None


def wrong_answers(client: Client, requests: Iterable[tuple[str, str]]) -> tuple[int, list[str]]:
    """How many requests there were, and what was wrong with their answers."""
    client.raise_request_exception = False
    answers = [check_answer(client, path, query) for path, query in requests]
    return len(answers), [problem for problem in answers if problem]


def test_every_parameter_with_every_bad_value_answers_200_400_or_404(
    seeded: Seed, client: Client
) -> None:
    count, wrong = wrong_answers(
        client,
        (
            (address(path, seeded), query)
            for path, operation in operations()
            for query in queries(operation)
        ),
    )
    assert count > 3_000
    assert not wrong, "\n".join(wrong)


def test_bad_values_that_mean_nothing_name_their_parameter(seeded: Seed, api: ApiClient) -> None:
    refused = {
        "limit": ["", "abc", "-1", "101", "1.5", "NaN", "1e400", str(2**63), "%2B1x", "1,2"],
        "offset": ["", "abc", "-1", "10001", "1.5", "NaN", "1e400", str(2**63), str(10**23)],
        "order": ["", "random", "-random", "id,title", "owner", "live", "title__in", "?", "-"],
        "locale": ["", "xx", "EN", "en,es", "**"],
        "search": ["", "a" * 201],
        "search_operator": ["", "xor", "AND"],
        "fields": ["", "_", "bogus", "title,bogus", "cover(bogus)", "title(x)", "a(", "password"],
        "when": ["", "now", "UPCOMING"],
        "starts_after": ["", "tomorrow", "2026-13-01", "2026-02-30", "1e400", "24:00"],
        "starts_before": ["", "yesterday", "0", "2026-01-01T25:00:00Z"],
        "tag": ["", "a" * 101],
        "event_type": ["", "party"],
        "attendance_mode": ["", "OfflineEventAttendanceMode"],
        "event_status": ["", "EventCancelled"],
        "featured": ["", "1", "yes", "True", "null"],
        "slug": ["", "a" * 256],
    }
    for name, values in refused.items():
        for value in values:
            response = api.get("/api/v2/events/", QUERY_STRING=f"{name}={value}")
            problem = assert_problem(response, 400, parameters={name})
            assert all(error["code"] and error["message"] for error in problem["errors"])


def test_several_bad_parameters_are_all_named(seeded: Seed, api: ApiClient) -> None:
    query = "limit=x&offset=-1&order=random&bogus=1&locale=en&locale=es&when=never"
    response = api.get("/api/v2/events/", QUERY_STRING=query)
    names = {"limit", "offset", "order", "bogus", "locale", "when"}
    assert_problem(response, 400, parameters=names)


def test_missing_required_parameters_are_named(seeded: Seed, api: ApiClient) -> None:
    for path, operation in operations():
        if names := set(re.findall(r"&(\w+)=", required(operation))):
            assert_problem(api.get(address(path, seeded)), 400, parameters=names)


def test_ids_in_paths_that_are_none_answer_404(
    seeded: Seed, client: Client, api: ApiClient
) -> None:
    ids = ["0", "-1", "1.5", "abc", "NaN", "1e400", str(2**31), str(2**63), str(10**23)]
    ids += ["9" * 5_000, "%00", "1%00", "%ED%A0%80", "%FF", "%22", "'", "%25", "%5C", "[1]", "%20"]
    ids += ["1;2", "1,2", "٤٢", "+1", " 1", "1/2", "..", "../..", "%2e%2e%2f", "a" * 10_000]
    paths = [path for path, _operation in operations() if "{id}" in path]
    requests = [(path.replace("{id}", one), "") for path in paths for one in ids]
    count, wrong = wrong_answers(client, requests)
    assert count == len(paths) * len(ids)
    assert not wrong, "\n".join(wrong)
    for path, _query in requests:
        assert api.get(path).status_code == 404, path


def test_naughty_strings_answer_200_400_or_404(
    seeded: Seed, client: Client, shared_data: Path
) -> None:
    strings = json.loads((shared_data / "strings" / "blns.json").read_text())
    places = [
        ("/api/v2/events/", "search"),
        ("/api/v2/events/", "slug"),
        ("/api/v2/events/", "tag"),
        ("/api/v2/pages/", "search"),
        ("/api/v2/pages/find/", "html_path"),
        ("/api/v2/redirects/find/", "html_path"),
        ("/api/v2/resolve/", "path"),
        ("/api/v2/testimonials/", "search"),
    ]
    requests = [
        (*places[number % len(places)], quote(one, errors="surrogatepass"))
        for number, one in enumerate(strings)
    ]
    count, wrong = wrong_answers(client, ((path, f"{name}={v}") for path, name, v in requests))
    assert count >= 500
    assert not wrong, "\n".join(wrong)


def test_longer_search_takes_no_longer_than_in_proportion(seeded: Seed, client: Client) -> None:
    def seconds(text: str) -> float:
        started = time.perf_counter()
        assert client.get("/api/v2/events/", {"search": text}).status_code == 200
        return time.perf_counter() - started

    for part in ("a ", "ab'", "é", "a\u0301", "(", "日"):
        pairs = []
        # The least of each is what it takes; on a busy machine it takes some attempts to see it.
        while len(pairs) < 3 or (len(pairs) < 30 and not is_in_proportion(pairs)):
            pairs.append([seconds((part * 200)[:length]) for length in (20, 200)])
        assert is_in_proportion(pairs), (part, pairs)


def is_in_proportion(pairs: list[list[float]]) -> bool:
    short, long = (min(times) for times in zip(*pairs, strict=True))
    return long < 15 * short
