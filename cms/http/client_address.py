"""The address of whoever sent a request, as far as it can be trusted.

Each proxy appends the address it was called from to X-Forwarded-For, so with `TRUSTED_PROXY_COUNT`
proxies of our own the client is that many entries from the right. Everything further left was sent
by the client and may be invented.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

_PORT = re.compile(r"^(?:\[(?P<v6>[^\]]*)\](?::\d{1,5})?|(?P<v4>[\d.]+):\d{1,5})$")
_V4_LOG_PREFIX = 24
_V6_LOG_PREFIX = 48
_V6_CLIENT_PREFIX = 64

Address = IPv4Address | IPv6Address


@lru_cache(maxsize=1024)
def _parse(value: str) -> Address | None:
    match = _PORT.match(value.strip())
    try:
        address = ip_address((match["v6"] or match["v4"]) if match else value.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def client_address(request: HttpRequest) -> Address | None:
    """The client's address; an IPv4-mapped IPv6 address is that IPv4 address.

    Missing or senseless forwarding headers lead to the connection's own address. None means that
    the server listens on a Unix socket and no proxy named a client.
    """
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> Address | None:
    """The same, of a WSGI environment."""
    count: int = settings.TRUSTED_PROXY_COUNT
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if count else []
    address = _parse(forwarded[-count]) if count and len(forwarded) >= count else None
    return address or _parse(environ.get("REMOTE_ADDR", ""))


def client_network(address: Address) -> str:
    """What counts as one client: one IPv4 address, or one IPv6 /64."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, _V6_CLIENT_PREFIX), strict=False))


@lru_cache(maxsize=1024)
def shortened(address: Address | None) -> str | None:
    """The network an address is in, too wide to point at a person: IPv4 /24, IPv6 /48."""
    if address is None:
        return None
    prefix = _V4_LOG_PREFIX if isinstance(address, IPv4Address) else _V6_LOG_PREFIX
    return str(ip_network((address, prefix), strict=False))
