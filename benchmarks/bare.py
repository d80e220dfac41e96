"""The least that a WSGI application can do: one prepared answer."""

import os
from collections.abc import Iterable
from typing import Any

_BODY = b"x" * int(os.environ["BENCHMARK_BODY_BYTES"])
_HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(_BODY)))]


def application(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", _HEADERS)
    return [_BODY]
