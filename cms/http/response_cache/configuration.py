"""The response cache as the settings want it."""

from functools import cache
from hashlib import blake2b

from django.conf import settings

from cms.http.response_cache.fingerprint import fingerprint
from cms.http.response_cache.memory import MemoryCache
from cms.http.response_cache.middleware import Application, Observe, ResponseCache
from cms.http.response_cache.shared import SharedCache


def with_response_cache(application: Application, *, observe: Observe) -> Application:
    """``application`` behind the cache, or as it is when `RESPONSE_CACHE_MEGABYTES` is 0.

    ``observe`` is told of every answer that ``application`` knows nothing of.
    """
    if not settings.RESPONSE_CACHE_MEGABYTES:
        return application
    memory = MemoryCache(settings.RESPONSE_CACHE_MEGABYTES * 1024 * 1024)
    return ResponseCache(application, memory=memory, shared=shared_cache(), observe=observe)


def second_level_condition() -> str | None:
    """For /readyz: "ok" or "unreachable" as of now, None without `REDIS_URL`."""
    shared = shared_cache()
    if shared is None:
        return None
    return "ok" if shared.is_reachable() else "unreachable"


@cache
def shared_cache() -> SharedCache | None:
    """The second level, or None without `REDIS_URL`."""
    if settings.REDIS_URL is None:
        return None
    secret = blake2b(
        settings.SECRET_KEY.encode(), digest_size=32, person=b"response cache"
    ).digest()
    namespace = f"lab-cms:{fingerprint()}"
    return SharedCache(settings.REDIS_URL, secret=secret, namespace=namespace)
