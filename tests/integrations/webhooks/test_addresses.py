"""Where webhooks may go: every notation of every address that is not the public internet."""

import ipaddress
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from integrations.webhooks.addresses import (
    RefusedAddressError,
    RefusedURLError,
    check_url,
    is_public,
    parse_url,
    public_addresses,
)

REFUSED = [
    *("", "www.example.org", "//example.org/", "http:example.org", "http:///x", "https://"),
    *("ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)"),
    *("data:,x", "unix:/var/run/docker.sock", "http+unix://%2Fvar%2Frun/x"),
    *("http://user@example.org/", "http://user:word@example.org/", "http://@example.org/"),
    *("http://example.org@127.0.0.1/", "http://127.0.0.1#@example.org/", "http://example.org/#x"),
    *("http://example.org/#", "http://example.org\\@127.0.0.1/", "http:\\\\127.0.0.1/"),
    *("http://exa mple.org/", "http://example.org/\r\nHost: evil", "http://example.org/\t"),
    *("http://example.org\u200b/", "http://example.org:0/", "http://example.org:99999/"),
    *("http://example.org:/", "http://example.org:80a/", "http://[::1", "http://[fe80::1%25eth0]/"),
    *("http://127.0.0.1/", "http://127.0.0.1:8000/", "http://127.1/", "http://127.0.1/"),
    *("http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/"),
    *("http://017700000001/", "http://127.0.0.1./", "http://127.0.0.01/", "http://127.0.0.1%2f/"),
    *("http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://0/"),
    *("http://0.0.0.0/", "http://[::]/", "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/"),
    *("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/"),
    *("http://[64:ff9b::7f00:1]/", "http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b:1::a00:1]/"),
    *("http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[fe80::1]/"),
    *("http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[ff02::1]/", "http://[fec0::1]/"),
    *("http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/"),
    *("http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/", "http://192.0.0.192/"),
    *("http://168.63.129.16/", "http://100.64.0.1/", "http://198.18.0.1/", "http://203.0.113.5/"),
    *("http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/", "http://192.0.2.1/"),
    *("http://localhost/", "http://localhost./", "http://LOCALHOST:8000/", "http://api.localhost/"),
    *("http://printer.local/", "http://metadata.google.internal/", "http://postgres:5432/"),
    *("http://ⓛocalhost/", "http://localhost%00.example.org/", "http://example..org/"),
    *("http://.example.org/", "http://example.org./", "http://-/", "http://" + "a" * 300 + ".org/"),
]


@pytest.mark.parametrize("url", REFUSED)
def test_url_is_refused(url: str) -> None:
    with pytest.raises(RefusedURLError):
        check_url(url, allow_private=False)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://www.example.org/api/hook?x=1", "www.example.org", 443, "/api/hook?x=1"),
        ("https://www.example.org", "www.example.org", 443, "/"),
        ("http://www.example.org:8080/a", "www.example.org", 8080, "/a"),
        ("HTTPS://WWW.Example.ORG/A", "www.example.org", 443, "/A"),
        ("https://münchen.example/", "xn--mnchen-3ya.example", 443, "/"),
        (
            *("https://www.example.org/café/a%20b?q=niño", "www.example.org", 443),
            "/caf%C3%A9/a%20b?q=ni%C3%B1o",
        ),
        ("https://my_site.example.org/", "my_site.example.org", 443, "/"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/"),
        ("https://[2606:4700::1111]:8443/x", "2606:4700::1111", 8443, "/x"),
    ],
)
def test_public_url_is_taken(url: str, host: str, port: int, path: str) -> None:
    target = parse_url(url, allow_private=False)
    assert (target.host, target.port, target.path) == (host, port, path)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("::ffff:10.0.0.1", False),
        ("2002:808:808::1", False),
        ("2001:db8::1", False),
        ("100.127.255.255", False),
    ],
)
def test_addresses_are_judged_by_what_they_reach(address: str, *, expected: bool) -> None:
    assert is_public(ipaddress.ip_address(address), allow_private=False) is expected


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("http://127.0.0.1:3000/", True),
        ("http://localhost:3000/", True),
        ("http://[::1]:3000/", True),
        ("http://192.168.1.20/", True),
        ("http://169.254.169.254/", False),
        ("http://[fe80::1]/", False),
        ("http://[64:ff9b::7f00:1]/", False),
        ("http://0.0.0.0/", False),
        ("http://2130706433/", False),
    ],
)
def test_development_reaches_its_own_network_and_no_metadata(url: str, *, is_allowed: bool) -> None:
    if is_allowed:
        check_url(url, allow_private=True)
    else:
        with pytest.raises(RefusedURLError):
            check_url(url, allow_private=True)


def resolver(*addresses: str) -> object:
    def getaddrinfo(host: str, port: int, **_options: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return getaddrinfo


@pytest.mark.parametrize("addresses", [["10.0.0.5"], ["8.8.8.8", "127.0.0.1"], ["fe80::1%eth0"]])
def test_name_with_any_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver(*addresses))
    with pytest.raises(RefusedAddressError):
        public_addresses("rebind.example", 443, allow_private=False)
    with pytest.raises(RefusedURLError):
        check_url("https://rebind.example/", allow_private=False)


@pytest.mark.usefixtures("no_host_is_known")
def test_name_that_does_not_exist_yet_may_be_saved() -> None:
    check_url("https://site-that-comes-later.invalid/", allow_private=False)


def test_no_url_of_the_url_standard_reaches_what_is_not_public(shared_data: Path) -> None:
    """Whatever parsers make of them: what passes here is plain, and a browser reads it alike."""
    cases = json.loads((shared_data / "strings" / "urltestdata.json").read_text())
    inputs = [case for case in cases if isinstance(case, dict) and "input" in case]
    assert len(inputs) > 500
    passed = 0
    for case in inputs:
        try:
            target = parse_url(case["input"], allow_private=False)
        except RefusedURLError:
            continue
        passed += 1
        assert not case.get("failure"), case["input"]
        expected = urlsplit(case["href"])
        assert target.scheme == expected.scheme
        assert target.host == (expected.hostname or ""), case["input"]
        assert target.port == (expected.port or {"http": 80, "https": 443}[expected.scheme])
    assert passed > 20
