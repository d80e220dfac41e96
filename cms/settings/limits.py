"""Where attempts are counted: in Redis for all processes together, or in each one for itself."""

from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry

from cms.settings import env

REDIS_URL = env.redis_url("REDIS_URL")

RATELIMIT_USE_CACHE = "attempts"
ATTEMPTS_CACHE: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "attempts",
    # Of clients; far more than one process sees in an hour unless it is being flooded.
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}
if REDIS_URL is not None:
    ATTEMPTS_CACHE = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cms-attempts",
        # Visitors do not wait for a Redis that hangs.
        "OPTIONS": {
            "socket_connect_timeout": 0.25,
            "socket_timeout": 0.25,
            "retry": Retry(NoBackoff(), 0),
        },
    }
