"""The id that ties an answer to its log lines."""

import logging
import re
from contextvars import ContextVar
from uuid import uuid4

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")

current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)


def choose_request_id(offered: str | None) -> str:
    """The caller's id when it is 8 to 64 plain characters, else a new one (32 hex digits)."""
    if offered is not None and _SANE.fullmatch(offered):
        return offered
    return uuid4().hex


class RequestIdFilter(logging.Filter):
    """Puts the id of the request being answered on every log record (None outside of requests)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = current_request_id.get()
        return True
