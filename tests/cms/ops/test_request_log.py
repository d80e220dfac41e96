import json
import logging
import sys

import pytest

from cms.ops.request_log import JsonLineFormatter, TextLineFormatter

HOSTILE = 'a\r\n{"level": "forged"}\x1b[2J\x9b31m\u2028\udcff"'


def record(message: str, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("cms.test", logging.WARNING, __file__, 1, "%s", (message,), None)
    vars(made).update(fields)
    return made


def test_json_line_has_the_fields_of_the_record() -> None:
    line = json.loads(
        JsonLineFormatter().format(
            record("done", request_id="abc", method="GET", path="/x", status=200, duration_ms=1.5)
        )
    )
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "cms.test",
        "message": "done",
        "request_id": "abc",
        "method": "GET",
        "path": "/x",
        "status": 200,
        "duration_ms": 1.5,
    }


def test_hostile_text_stays_one_plain_json_line() -> None:
    line = JsonLineFormatter().format(record(HOSTILE, path=HOSTILE))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == HOSTILE


@pytest.mark.parametrize("formatter", [JsonLineFormatter(), TextLineFormatter()])
def test_line_about_a_link_of_a_mail_has_no_token(formatter: logging.Formatter) -> None:
    line = record("Internal Server Error: /newsletter/confirm/opens-it")
    error = ValueError("https://www.example.org/newsletter/unsubscribe?token=opens-it&locale=en")
    line.exc_info = (ValueError, error, None)
    text = formatter.format(line)
    assert "Internal Server Error: /newsletter/confirm/" in text
    assert "&locale=en" in text
    assert "opens-it" not in text


def test_hostile_text_stays_one_printable_text_line() -> None:
    line = TextLineFormatter().format(record(HOSTILE))
    assert line.isprintable()
    assert "\\x1b[2J" in line


@pytest.mark.parametrize("formatter", [JsonLineFormatter(), TextLineFormatter()])
def test_exception_is_part_of_the_line(formatter: logging.Formatter) -> None:
    broken = record("failed")
    try:
        int("x\x1b")
    except ValueError:
        broken.exc_info = sys.exc_info()
    text = formatter.format(broken)
    assert "ValueError" in text
    assert "\x1b" not in text


def test_text_line_shows_status_and_duration() -> None:
    line = TextLineFormatter().format(record("GET /x", status=304, duration_ms=2.0))
    assert line.endswith("WARNING GET /x 304 2.0 ms")
