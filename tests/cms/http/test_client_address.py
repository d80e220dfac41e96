import pytest
from django.test import RequestFactory

from cms.http.client_address import client_address, client_network, shortened


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (1, " 203.0.113.9 ", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, garbage", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "203.0.113.9\r\nX: y", "192.0.2.1"),
        (2, "203.0.113.9", "192.0.2.1"),
        (2, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
    ],
)
def test_client_is_counted_from_the_right(
    rf: RequestFactory,
    settings: pytest.FixtureRequest,
    proxies: int,
    forwarded: str | None,
    expected: str,
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies  # type: ignore[attr-defined]
    meta = {"REMOTE_ADDR": "192.0.2.1"}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded

    assert str(client_address(rf.get("/", **meta))) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("remote", ["", "unix:", "@"])
def test_connection_without_an_address_has_none(rf: RequestFactory, remote: str) -> None:
    address = client_address(rf.get("/", REMOTE_ADDR=remote))
    assert address is None
    assert shortened(address) is None


@pytest.mark.parametrize(
    ("remote", "client", "short"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
    ],
)
def test_address_widens_to_client_and_log_network(
    rf: RequestFactory, remote: str, client: str, short: str
) -> None:
    address = client_address(rf.get("/", REMOTE_ADDR=remote))
    assert address is not None
    assert client_network(address) == client
    assert shortened(address) == short
