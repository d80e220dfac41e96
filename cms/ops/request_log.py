"""One line per log record: JSON for machines, text for people.

Both escape every control character, so nothing a client sends can start a line of its own or talk
to a terminal, and leave out the tokens of links. Formatters only; where records come from does not
matter here.
"""

import json
import logging
from datetime import UTC, datetime

from cms.secret_links import without_tokens

# ASCII only: JSON then escapes CR, LF, ESC, U+2028 and lone surrogates alike. Made once, because
# `json.dumps` would make one for each line.
_encode = json.JSONEncoder(ensure_ascii=True, default=str).encode
_OWN_FIELDS = (
    *("method", "path", "status", "duration_ms", "bytes", "client"),
    *("action", "user_id", "object", "channel", "fields"),
)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in _OWN_FIELDS if hasattr(record, name)}


class JsonLineFormatter(logging.Formatter):
    """A JSON object: `time` (ISO 8601, UTC), `level`, `logger`, `message`, `request_id`, more."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_tokens(record.getMessage()),
            "request_id": getattr(record, "request_id", None),
            **_extra(record),
        }
        if record.exc_info:
            line["exception"] = without_tokens(self.formatException(record.exc_info))
        return _encode(line)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class TextLineFormatter(logging.Formatter):
    """Time, level, message, status and duration; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        message = without_tokens(record.getMessage())
        line = f"{_time(record)} {record.levelname:<7} {_printable(message)}"
        extra = _extra(record)
        if "status" in extra:
            line += f" {extra['status']} {extra['duration_ms']} ms"
        if record.exc_info:
            traceback = without_tokens(self.formatException(record.exc_info)).splitlines()
            line = "\n".join([line, *(_printable(entry) for entry in traceback)])
        return line
