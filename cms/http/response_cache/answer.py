"""One remembered answer, ready to be sent in each of its forms."""

import gzip
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpResponse

from cms.http.etags import matches
from cms.http.lifetimes import (
    SHORTENED_WITHIN_SECONDS,
    STALE_IF_ERROR_SECONDS,
    UNCHANGING,
    cache_control,
)

LIFETIME_SECONDS = 60.0
"""The net below the content version, for what no database can see."""

Headers = list[tuple[str, str]]
Form = tuple[str, Sequence[tuple[str, str]], bytes]

_SMALLEST_COMPRESSED_BYTES = 512
_COMPRESSION_LEVEL = 6
# Set anew for each request, or by the server.
_OWN_HEADERS = {
    *("cache-control", "content-encoding", "content-length", "date", "etag", "vary"),
    *("x-request-id", "cache-status"),
}
_NOT_IN_304 = {"content-type", "content-disposition", "content-language"}
_REFUSES_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|x-gzip|\*)\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")
_OFFERS_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|x-gzip|\*)\s*(?:;|,|$)")


class CachedAnswer:
    """A 200 of a public route, its validator, its compressed form, and how long it holds."""

    __slots__ = (
        *("version", "stored_at", "fresh_until", "expires_at", "etag", "headers", "body", "route"),
        *("compressed", "_plain_headers", "_compressed_headers", "_unmodified_headers"),
    )

    def __init__(
        self,
        *,
        version: str,
        etag: str,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        fresh_until: float | None,
        compressed: bytes | None = None,
        stored_at: float | None = None,
        route: str = "",
    ) -> None:
        """``fresh_until`` and ``stored_at`` in seconds since 1970; ``route`` is a URL pattern."""
        now = time.time()
        self.version = version
        self.etag = etag
        self.body = body
        self.route = route
        self.headers = [(k, v) for k, v in headers if k.lower() not in _OWN_HEADERS]
        self.fresh_until = fresh_until
        # Another machine's clock may be ahead; that must not make an answer live longer.
        self.stored_at = now if stored_at is None else min(stored_at, now)
        expires_at = self.stored_at + LIFETIME_SECONDS
        self.expires_at = expires_at if fresh_until is None else min(expires_at, fresh_until)
        if compressed is None and len(body) >= _SMALLEST_COMPRESSED_BYTES:
            compressed = gzip.compress(body, _COMPRESSION_LEVEL, mtime=0)
        self.compressed = compressed
        self._prepare_headers()

    def _prepare_headers(self) -> None:
        common = [*self.headers, ("ETag", self.etag), ("Vary", "Accept-Encoding")]
        self._plain_headers = [*common, ("Content-Length", str(len(self.body)))]
        self._unmodified_headers = [(k, v) for k, v in common if k.lower() not in _NOT_IN_304]
        self._compressed_headers = self._plain_headers
        if self.compressed is not None:
            length = ("Content-Length", str(len(self.compressed)))
            self._compressed_headers = [*common, ("Content-Encoding", "gzip"), length]

    @property
    def size(self) -> int:
        """Bytes of both forms."""
        return len(self.body) + len(self.compressed or b"")

    def is_fresh(self, version: str, now: float) -> bool:
        return self.version == version and now < self.expires_at

    def stands_in(self, version: str, now: float) -> bool:
        """Whether it may be sent while the database is away (stale-if-error of RFC 5861).

        Only of the version known last: what is of an earlier one may have been withdrawn since.
        """
        return self.version == version and now < self.stored_at + STALE_IF_ERROR_SECONDS

    def cache_control(self, now: float) -> str:
        if self.fresh_until is None:
            return UNCHANGING
        remaining = self.fresh_until - now
        return UNCHANGING if remaining > SHORTENED_WITHIN_SECONDS else cache_control(remaining)

    def form_for(self, environ: Mapping[str, Any]) -> Form:
        """Status, headers and body for a WSGI request, whatever its method."""
        if_none_match = environ.get("HTTP_IF_NONE_MATCH")
        if if_none_match and matches(if_none_match, self.etag):
            return "304 Not Modified", self._unmodified_headers, b""
        if self.compressed is not None and accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            return "200 OK", self._compressed_headers, self.compressed
        return "200 OK", self._plain_headers, self.body


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header (RFC 9110, 12.5.3) allows gzip; no header asks for the plain form."""
    value = accept_encoding.lower()
    return bool(_OFFERS_GZIP.search(value)) and not _REFUSES_GZIP.search(value)


class Capture:
    """What Django answered, before a conditional request took the body away."""

    ENVIRON_KEY = "cms.response_cache.capture"

    def __init__(self) -> None:
        self.body: bytes | None = None
        self._headers: Headers = []
        self._etag = ""
        self._fresh_until: datetime | None = None
        self._route = ""

    def take(self, response: HttpResponse, fresh_until: datetime | None, *, route: str) -> None:
        """Remember a complete 200 that anybody may keep."""
        if response.cookies:
            return
        self.body = response.content
        self._headers = list(response.items())
        self._etag = response["ETag"]
        self._fresh_until = fresh_until
        self._route = route

    def answer(self, version: str, final_headers: Iterable[tuple[str, str]]) -> CachedAnswer:
        """The answer with the headers that were added on its way out."""
        final = list(final_headers)
        names = {name.lower() for name, _value in final}
        inner = [(k, v) for k, v in self._headers if k.lower() not in names]
        return CachedAnswer(
            version=version,
            etag=self._etag,
            headers=[*inner, *final],
            body=self.body or b"",
            fresh_until=None if self._fresh_until is None else self._fresh_until.timestamp(),
            route=self._route,
        )
