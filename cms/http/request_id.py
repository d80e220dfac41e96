"""The id that ties an answer to its log lines."""

import logging
import random
import re
from contextvars import ContextVar

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")

current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)


def choose_request_id(offered: str | None) -> str:
    """The caller's id when it is 8 to 64 plain characters, else a new one (32 hex digits)."""
    if offered is not None and _SANE.fullmatch(offered):
        return offered
    # No secret, so it need not be asked of the system: that is slow, and lets other threads in.
    return f"{random.getrandbits(128):032x}"


class RequestIdFilter(logging.Filter):
    """Puts the id of the request being answered on every log record (None outside of requests)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = current_request_id.get()
        return True
