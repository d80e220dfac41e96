"""Which URLs webhooks may be sent to: public web servers, and nothing inside our own network.

Whoever may add an endpoint chooses what this server connects to. So the URL is judged twice: when
it is saved, for a message that a person understands, and when a connection is made, on the address
that the socket is going to (`public_addresses`), because a name may lead elsewhere by then.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna
from django.utils.encoding import iri_to_uri
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOST_CHARACTERS = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
# The WHATWG URL standard takes a host for an IPv4 address if its last part is a number, in any of
# its notations: 127.1, 2130706433, 0x7f.0.0.1, 0177.0.0.1.
_ENDS_IN_NUMBER = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)$")

# Special-purpose blocks of the IANA registries (RFC 6890 and what came after it), and one address
# outside of them at which a large cloud answers its machines. Not `ipaddress.is_global`: its
# answers differ between Python releases.
_REFUSED_IPV4 = [
    ipaddress.ip_network(block)
    for block in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",
    )
]
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Parts of it that are not the internet: protocol assignments with Teredo, 6to4, documentation.
_REFUSED_IPV6 = [
    ipaddress.ip_network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
# The well-known prefix under which networks without IPv4 reach it (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What WEBHOOKS_ALLOW_PRIVATE_ADDRESSES adds; never link-local, where clouds keep their secrets.
_PRIVATE = [
    ipaddress.ip_network(block)
    for block in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7"),
    )
]


class RefusedURLError(ValueError):
    """A URL that webhooks are not sent to; the message is for whoever typed it."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class RefusedAddressError(OSError):
    """A name leads to an address that is not public."""


class UnknownHostError(OSError):
    """A name leads nowhere."""


@dataclass(frozen=True)
class Target:
    """Where a webhook goes, in ASCII: ``host`` without brackets, ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The ``Host`` header: brackets around IPv6, and the port unless it is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def is_public(address: IPAddress, *, allow_private: bool) -> bool:
    """Whether webhooks may be sent to ``address``."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(address.packed[-4:]), allow_private=False)
        if address.ipv4_mapped is not None:
            # The socket would talk IPv4: as public as what is mapped.
            return is_public(address.ipv4_mapped, allow_private=allow_private)
    if allow_private and _is_in(address, _PRIVATE):
        return True
    if isinstance(address, ipaddress.IPv4Address):
        return not _is_in(address, _REFUSED_IPV4)
    return address in _GLOBAL_UNICAST and not _is_in(address, _REFUSED_IPV6)


def _is_in(address: IPAddress, networks: Iterable[object]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]


def parse_url(url: str, *, allow_private: bool) -> Target:
    """``url`` in parts. Raises `RefusedURLError` for everything that is no plain http(s) URL of a
    public host; a name is not looked up.
    """
    # Python's parser drops tabs and line breaks, and browsers take a backslash for a slash: what
    # two programs read differently is refused.
    if not url.isprintable() or re.search(r"[\s\\]", url):
        raise RefusedURLError(_("The address must not contain blanks, backslashes or the like."))
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError as error:
        raise RefusedURLError(_("This is not a web address.")) from error
    if parts.scheme not in ("http", "https") or not url.lower().startswith(f"{parts.scheme}://"):
        raise RefusedURLError(_("The address must begin with https:// or http://."))
    if "@" in parts.netloc:
        raise RefusedURLError(_("The address must not contain a user name or password."))
    if "#" in url:
        raise RefusedURLError(_("The address must not contain “#”."))
    if port == 0 or parts.netloc.endswith(":"):
        raise RefusedURLError(_("The number of the port is wrong."))
    # As browsers do: "/café" is "/caf%C3%A9" on the wire (RFC 3987).
    path = iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    return Target(
        scheme=parts.scheme,
        host=_checked_host(host, allow_private=allow_private),
        port=port or (443 if parts.scheme == "https" else 80),
        path=path,
    )


def _checked_host(host: str, *, allow_private: bool) -> str:
    address = _literal_address(host)
    if address is not None:
        if not is_public(address, allow_private=allow_private):
            raise RefusedURLError(_NOT_PUBLIC)
        return str(address)
    name = _ascii_name(host)
    if _ENDS_IN_NUMBER.search(name):
        raise RefusedURLError(_("Write IP addresses in their usual form, like 8.8.8.8."))
    is_local_name = "." not in name or name.endswith((".localhost", ".local", ".internal"))
    if is_local_name and not allow_private:
        raise RefusedURLError(_NOT_PUBLIC)
    return name


_NOT_PUBLIC = _(
    "This address is not reachable from the internet: webhooks go to public sites only."
)


def _literal_address(host: str) -> IPAddress | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        raise RefusedURLError(_NOT_PUBLIC)
    return address


def _ascii_name(host: str) -> str:
    """A host name as DNS knows it (IDNA 2008, UTS 46)."""
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
        for label in name.split("."):
            if label.startswith("xn--"):
                idna.ulabel(label)
    except idna.IDNAError as error:
        raise RefusedURLError(_("This is not a web address.")) from error
    name = name.lower()
    if len(name) > 253 or ".." in name or not _HOST_CHARACTERS.fullmatch(name):
        raise RefusedURLError(_("This is not a web address."))
    return name


def public_addresses(host: str, port: int, *, allow_private: bool) -> list[IPAddress]:
    """Every address of ``host``, in the order in which to try them.

    Raises `RefusedAddressError` as soon as one of them is not public: a name that leads here and
    there is meant to deceive. Raises `UnknownHostError` if there is none. May take as long as the
    system's resolver.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(host) from error
    texts = dict.fromkeys(str(entry[4][0]) for entry in found)
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in texts]
    if not all(is_public(address, allow_private=allow_private) for address in addresses):
        raise RefusedAddressError(host)
    return addresses


def check_url(url: str, *, allow_private: bool) -> None:
    """Raise `RefusedURLError` unless webhooks may be sent to ``url``, as far as one can know now.

    A name that cannot be looked up passes: it may be of a site that comes later, and every delivery
    looks again.
    """
    target = parse_url(url, allow_private=allow_private)
    try:
        public_addresses(target.host, target.port, allow_private=allow_private)
    except UnknownHostError:
        return
    except RefusedAddressError as error:
        raise RefusedURLError(_NOT_PUBLIC) from error
