"""Caches in front of this server that keep answers of the API, and how each is emptied."""

import re
from typing import Any
from urllib.parse import urlsplit

from cms.settings import env
from cms.settings.site import PUBLIC_URL

_HOST = urlsplit(PUBLIC_URL).netloc


def _purge_urls() -> list[str]:
    """In one's own network, where http will do; none when it is not set."""
    name = "OUTER_CACHE_PURGE_URLS"
    values = [] if env.optional(name) is None else env.names(name)
    for value in values:
        if not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/\S*", value):
            problem = f"must list URLs like http://varnish:6081/, not {value!r}."
            raise env.InvalidSettingError(name, problem)
    return values


def _zone() -> str | None:
    name = "CLOUDFLARE_ZONE_ID"
    value = env.optional(name)
    if value is not None and not re.fullmatch(r"[0-9a-f]{32}", value):
        raise env.InvalidSettingError(name, f"must be 32 hexadecimal digits, not {value!r}.")
    return value


_purge_token = env.token("OUTER_CACHE_PURGE_TOKEN")
_cloudflare_zone = _zone()
_cloudflare_token = env.token("CLOUDFLARE_API_TOKEN")
_cloudflare_url = env.base_url("CLOUDFLARE_API_URL", "https://api.cloudflare.com/client/v4")
if _cloudflare_zone is not None and _cloudflare_token is None:
    raise env.InvalidSettingError("CLOUDFLARE_API_TOKEN", "is missing.")

# In the form of Wagtail's WAGTAILFRONTENDCACHE and not by that name: under that name Wagtail would
# ask the caches itself, inside of the request, one address after the other. In the order of
# emptying: from the inside to the outside, or the outer one would be filled from the inner one.
OUTER_CACHES: dict[str, dict[str, Any]] = {
    url: {
        "BACKEND": "cms.ops.outer_cache_backends.PurgeableCache",
        "HOSTNAMES": [_HOST],
        "LOCATION": url,
        "TOKEN": _purge_token,
    }
    for url in _purge_urls()
}
if _cloudflare_zone is not None:
    OUTER_CACHES["cloudflare"] = {
        "BACKEND": "cms.ops.outer_cache_backends.CloudflareCache",
        "HOSTNAMES": [_HOST],
        "ZONEID": _cloudflare_zone,
        "BEARER_TOKEN": _cloudflare_token,
        "API_URL": _cloudflare_url,
        "PREFIX": "/api/",
    }
