"""The shipped Caddyfile of the reference frontend answers as its own server does."""

import http.client
import os
import shutil
from collections.abc import Iterator

import pytest

from cms.http.frontend_server import security_headers
from tests.deploy.caddy_server import caddy_binary
from tests.ports import free_port
from tests.running_sites import PROJECT, server

API = "https://cms.example.org"

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def caddy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Caddy that serves a copy of the frontend."""
    folder = tmp_path_factory.mktemp("caddy-frontend")
    ignored = shutil.ignore_patterns("node_modules")
    shutil.copytree(PROJECT / "frontend", folder / "frontend", ignore=ignored)
    (folder / "frontend" / "node_modules").mkdir()
    (folder / "frontend" / "node_modules" / "package.js").touch()
    (folder / "frontend" / ".secret.css").touch()
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "CADDY_ADMIN": f"127.0.0.1:{free_port()}",
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
        "API_URL": API,
        "FRONTEND_ROOT": str(folder / "frontend"),
    }
    config = str(PROJECT / "deploy" / "frontend.Caddyfile")
    command = [caddy_binary(), "run", "--config", config, "--adapter", "caddyfile"]
    with server(command, environment, f"http://127.0.0.1:{port}", folder / "log"):
        yield port


def ask(port: int, path: str, method: str = "GET") -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/events/open-lab-week/", "/preview", "/preview/", "/newsletter/confirm"),
        *(
            "/newsletter/confirm/",
            "/newsletter/unsubscribe",
            "/newsletter/unsubscribe/",
            "/config.js",
            "/api/client.js",
        ),
    ],
)
def test_headers_are_those_of_the_frontend_server(caddy: int, path: str) -> None:
    status, headers, _body = ask(caddy, path)
    assert status == 200
    expected = security_headers(path, API)
    assert {name: headers.get(name.lower()) for name in expected} == expected
    assert ("x-robots-tag" in headers) == ("X-Robots-Tag" in expected)


@pytest.mark.parametrize("path", ["/", "/es/eventos/", "/preview?content_type=x&token=y"])
def test_path_without_extension_is_the_page(caddy: int, path: str) -> None:
    status, headers, body = ask(caddy, path)
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert body == (PROJECT / "frontend" / "index.html").read_bytes()


@pytest.mark.parametrize("path", ["/forms/contact/", "/forms/subscribe"])
def test_forms_for_visitors_without_scripts_are_those_of_the_cms(caddy: int, path: str) -> None:
    status, headers, _body = ask(caddy, f"{path}?locale=es")
    assert (status, headers["location"]) == (302, f"{API}{path}?locale=es")
    expected = security_headers(path, API)
    assert {name: headers.get(name.lower()) for name in expected} == expected


def test_configuration_names_the_api(caddy: int) -> None:
    _status, headers, body = ask(caddy, "/config.js")
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert body == f'export const API_URL = "{API}";\n'.encode()


@pytest.mark.parametrize(
    "path",
    [
        "/package.json",
        "/api/schema.d.ts",
        "/.secret.css",
        "/node_modules/package.js",
        "/missing.css",
        "/../deploy/frontend.Caddyfile",
    ],
)
def test_nothing_else_is_served(caddy: int, path: str) -> None:
    assert ask(caddy, path)[0] == 404


def test_other_methods_are_refused(caddy: int) -> None:
    status, headers, _body = ask(caddy, "/", "POST")
    assert status == 405
    assert headers["allow"] == "GET, HEAD"
