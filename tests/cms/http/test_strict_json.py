"""Bodies are JSON as RFC 8259 has it, or a 400."""

import json
import time
from base64 import b64decode
from pathlib import Path

import pytest
from rest_framework.exceptions import ParseError

from cms.http.strict_json import DEEPEST, parse_json


def test_corpus_is_read_or_refused_as_it_says(shared_data: Path) -> None:
    cases = json.loads((shared_data / "strings" / "json-parsing.json").read_text())
    assert len(cases) > 300
    read = refused = 0
    for name, case in cases.items():
        try:
            parse_json(b64decode(case["base64"]))
        except ParseError:
            # What is allowed but has two meanings is not taken either.
            assert case["expect"] != "accept" or "duplicated_key" in name, name
            refused += 1
        else:
            assert case["expect"] != "reject", name
            read += 1
    assert min(read, refused) > 80


def test_nesting_has_an_end() -> None:
    assert parse_json(b"[" * DEEPEST + b"]" * DEEPEST)
    for depth in (DEEPEST + 1, 30_000):
        with pytest.raises(ParseError):
            parse_json(b"[" * depth + b"]" * depth)
    assert parse_json(b'["' + b"[" * 100 + b'"]')


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 30_000, b'"' * 60_000, b'{"a":' * 12_000])
def test_no_body_takes_long_to_refuse(body: bytes) -> None:
    # Of the processor: others may have it meanwhile.
    started = time.thread_time()
    with pytest.raises(ParseError):
        parse_json(body)
    assert time.thread_time() - started < 1
