"""The second level: answers that several processes share, in Redis, as long as it answers.

What is read there is trusted only when it carries our own seal, so a value of somebody else's,
a cut one or one at the wrong key is as good as none. Nothing is ever unpickled.
"""

import hmac
import json
import logging
import struct
import threading
import time
import zlib
from hashlib import blake2b
from typing import cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from cms.http.response_cache.answer import LIFETIME_SECONDS, CachedAnswer

SOCKET_TIMEOUT_SECONDS = 0.1
SHORTEST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0

_LARGEST_VALUE = 256 * 1024
_LARGEST_BODY = 4 * 1024 * 1024
_WRITTEN_PER_LIFETIME = 16 * 1024 * 1024
_SEAL_BYTES = 16
_LENGTH = struct.Struct(">I")
_GZIP_FORMAT = 31

logger = logging.getLogger(__name__)


class SharedCache:
    """Never raises and never waits long: when Redis fails it is left alone for some seconds."""

    def __init__(
        self,
        url: str,
        *,
        secret: bytes,
        namespace: str,
        timeout_seconds: float = SOCKET_TIMEOUT_SECONDS,
    ) -> None:
        """``namespace`` tells apart what must never be mixed: sites, settings, releases."""
        self._redis = Redis.from_url(
            url,
            socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
            retry=Retry(NoBackoff(), 0),
        )
        self._secret = secret
        self._namespace = namespace
        self._breaker = _Breaker()
        self._budget = _Budget(_WRITTEN_PER_LIFETIME, LIFETIME_SECONDS)

    def is_reachable(self) -> bool:
        """Ask Redis now, for health checks."""
        try:
            self._redis.ping()
        except (RedisError, OSError):
            return False
        return True

    def get(self, key: str, version: str) -> CachedAnswer | None:
        """The answer that another process, or this one, has put there."""
        if not self._breaker.is_closed():
            return None
        name = self._name(key, version)
        try:
            # Bounded, whatever is there.
            value = cast("bytes", self._redis.getrange(name, 0, _LARGEST_VALUE))
        except (RedisError, OSError) as error:
            self._breaker.note(error)
            return None
        self._breaker.reset()
        return _opened(value, self._seal(name, value[_SEAL_BYTES:]), version)

    def put(self, key: str, answer: CachedAnswer) -> None:
        seconds = int(answer.expires_at - time.time())
        too_large = len(answer.body) > _LARGEST_BODY
        if seconds < 1 or too_large or not self._breaker.is_closed():
            return
        payload = _packed(answer)
        if len(payload) + _SEAL_BYTES > _LARGEST_VALUE or not self._budget.take(len(payload)):
            return
        name = self._name(key, answer.version)
        try:
            self._redis.set(name, self._seal(name, payload) + payload, ex=seconds)
        except (RedisError, OSError) as error:
            self._breaker.note(error)

    def _name(self, key: str, version: str) -> bytes:
        digest = blake2b(key.encode(), digest_size=16).hexdigest()
        return f"{self._namespace}:{version}:{digest}".encode()

    def _seal(self, name: bytes, payload: bytes) -> bytes:
        return blake2b(name + payload, key=self._secret, digest_size=_SEAL_BYTES).digest()


class _Breaker:
    """Open for a while after a failure, longer each time."""

    def __init__(self) -> None:
        self._open_until = 0.0
        self._pause = 0.0

    def is_closed(self) -> bool:
        return time.monotonic() >= self._open_until

    def reset(self) -> None:
        if self._pause:
            logger.info("Redis answers again")
            self._pause = 0.0

    def note(self, error: Exception) -> None:
        reason = type(error).__name__
        if isinstance(error, ResponseError):
            # It lives, but not for this: full, or another kind of value. Worth no pause.
            logger.debug("Redis refused a command: %s", reason)
            return
        if not self._pause:
            logger.warning("Redis does not answer (%s); answers are made without it", reason)
        self._pause = min(max(SHORTEST_PAUSE_SECONDS, self._pause * 2), LONGEST_PAUSE_SECONDS)
        self._open_until = time.monotonic() + self._pause


class _Budget:
    """So many bytes in each period, whatever visitors think of asking for."""

    def __init__(self, limit: int, period_seconds: float) -> None:
        self._limit = limit
        self._period = period_seconds
        self._lock = threading.Lock()
        self._left = limit
        self._ends_at = 0.0

    def take(self, size: int) -> bool:
        now = time.monotonic()
        with self._lock:
            if now >= self._ends_at:
                self._left, self._ends_at = self._limit, now + self._period
            if size > self._left:
                return False
            self._left -= size
            return True


def _packed(answer: CachedAnswer) -> bytes:
    """Length of the description, the description as JSON, the body as gzip."""
    description = json.dumps(
        {
            "etag": answer.etag,
            "headers": answer.headers,
            "stored_at": answer.stored_at,
            "fresh_until": answer.fresh_until,
            "is_compressed": answer.compressed is not None,
            "route": answer.route,
        }
    ).encode()
    body = answer.body if answer.compressed is None else answer.compressed
    return _LENGTH.pack(len(description)) + description + body


def _opened(value: bytes, seal: bytes, version: str) -> CachedAnswer | None:
    if len(value) <= _SEAL_BYTES + _LENGTH.size:
        return None
    if not hmac.compare_digest(value[:_SEAL_BYTES], seal):
        return None
    start = _SEAL_BYTES + _LENGTH.size
    (length,) = _LENGTH.unpack_from(value, _SEAL_BYTES)
    description = json.loads(value[start : start + length])
    body = value[start + length :]
    compressed = body if description["is_compressed"] else None
    if compressed is not None:
        decompressor = zlib.decompressobj(_GZIP_FORMAT)
        body = decompressor.decompress(compressed, _LARGEST_BODY)
        if not decompressor.eof:
            return None
    return CachedAnswer(
        version=version,
        etag=description["etag"],
        headers=[(name, text) for name, text in description["headers"]],
        body=body,
        fresh_until=description["fresh_until"],
        compressed=compressed,
        stored_at=description["stored_at"],
        route=description["route"],
    )
