"""Who counts as one client, without keeping anybody's address."""

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cms.http.client_address import client_address, client_network

_WITHOUT_ADDRESS = "unix socket"


def client_key(request: HttpRequest) -> str:
    """A digest of the client's IPv4 address or IPv6 /64, 64 hexadecimal digits.

    It is keyed with `SECRET_KEY`: without that key nobody can try all addresses to find the one
    that was meant. Whoever comes through a Unix socket without a proxy that names them is one
    client together.
    """
    address = client_address(request)
    network = _WITHOUT_ADDRESS if address is None else client_network(address)
    return salted_hmac("cms.http.client_key", network, algorithm="sha256").hexdigest()
