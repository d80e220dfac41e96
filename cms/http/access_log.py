"""The access log: one line for each request, without the query string, cookies or user agent."""

import logging
from collections.abc import Mapping
from typing import Any

from cms.http.client_address import address_in, shortened
from cms.secret_links import without_tokens

logger = logging.getLogger("cms.access")


def log_access(
    environ: Mapping[str, Any],
    *,
    path: str,
    status: int,
    duration_ms: float,
    body_bytes: int | None,
    request_id: str,
) -> None:
    """Write the line; the client's address is shortened."""
    if not logger.isEnabledFor(logging.INFO):
        return
    method = environ["REQUEST_METHOD"]
    # Who reads the log must not be able to follow a link that was sent to somebody else.
    shown = without_tokens(path)
    # As `logger.info` would make it, but for the search of the stack for who called.
    record = logging.LogRecord(
        logger.name, logging.INFO, __file__, 0, "%s %s", (method, shown), None, "log_access"
    )
    record.request_id = request_id
    record.method = method
    record.path = shown
    record.status = status
    record.duration_ms = duration_ms
    record.bytes = body_bytes
    record.client = shortened(address_in(environ))
    logger.handle(record)
