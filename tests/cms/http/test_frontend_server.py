"""The server of the reference frontend, called as a WSGI application on a folder of its own."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from cms.http.frontend_server import FOLDER, FrontendServer

API = "https://cms.example.org:8443"
PAGE = b"<!doctype html><title>Frontend</title>"
HIDDEN = (
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "config.d.ts",
    "app/main.test.js",
    "app/.secret.js",
    ".git/HEAD",
    ".env",
    "node_modules/axe-core/axe.min.js",
    "app/node_modules/x.js",
    "README.md",
    "app/main.js.orig",
)

Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "frontend"
    files = {
        "index.html": PAGE,
        "app/main.js": b"export {};",
        "styles/site.css": b"a{}",
        "fonts/a-b.woff2": b"font",
    }
    for name, content in {**files, **dict.fromkeys(HIDDEN, b"secret")}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "manage.py").write_bytes(b"secret")
    return folder


@pytest.fixture
def ask(folder: Path) -> Ask:
    """Send a request through a validator of PEP 3333; answers status, headers and body."""
    application = validator(FrontendServer(folder, api_url=API))

    def ask(path: str, method: str = "GET", **variables: str) -> tuple[int, dict[str, str], bytes]:
        environ: dict[str, Any] = {
            "PATH_INFO": path.encode().decode("latin-1"),
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "wsgi.input": io.BytesIO(),
            **variables,
        }
        setup_testing_defaults(environ)
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> Any:
            names = [name.lower() for name, _value in headers]
            assert len(names) == len(set(names)), "no header twice"
            answer.update(status=int(status[:3]), headers=dict(headers))
            return lambda _data: None

        chunks = application(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            chunks.close()
        return answer["status"], answer["headers"], body

    return ask


@pytest.mark.parametrize(
    "path",
    ["/", "/index.html", "/es/", "/events/open-lab/", "/events", "/preview", "/año/ñ/", "//"],
)
def test_path_without_extension_is_the_page(ask: Ask, path: str) -> None:
    status, headers, body = ask(path)
    assert status == 200
    assert headers["Content-Type"] == 'text/html; charset="utf-8"'
    assert body == PAGE


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/app/main.js", 'text/javascript; charset="utf-8"'),
        ("/styles/site.css", 'text/css; charset="utf-8"'),
        ("/fonts/a-b.woff2", "font/woff2"),
    ],
)
def test_files_have_their_media_types(ask: Ask, path: str, media_type: str) -> None:
    status, headers, body = ask(path)
    assert status == 200
    assert headers["Content-Type"] == media_type
    assert body


@pytest.mark.parametrize(
    "path",
    [
        *(f"/{name}" for name in HIDDEN if "." in name.rpartition("/")[2]),
        "/missing.css",
        "/../manage.py",
        "/app/../../manage.py",
        "/app/..\\..\\manage.py",
        "//manage.py",
        "/app//main.js",
        "/app/main.js\0",
        "/..",
        "/.",
        f"/{FOLDER}/index.html",
    ],
)
def test_nothing_else_is_served(ask: Ask, path: str) -> None:
    status, headers, body = ask(path)
    assert (status, body) == (404, b"404 Not Found\n")
    assert "Content-Security-Policy" in headers


def test_hidden_file_without_extension_is_the_page(ask: Ask) -> None:
    assert ask("/.git/HEAD")[2] == PAGE


def test_change_of_a_file_is_seen_at_once(ask: Ask, folder: Path) -> None:
    tag = ask("/app/main.js")[1]["ETag"]
    assert ask("/app/main.js", HTTP_IF_NONE_MATCH=tag)[0] == 304
    (folder / "app" / "main.js").write_text("export const changed = true;")
    status, headers, body = ask("/app/main.js", HTTP_IF_NONE_MATCH=tag)
    assert (status, body) == (200, b"export const changed = true;")
    assert headers["ETag"] != tag
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/app/long.js"])
def test_text_is_compressed_for_who_takes_it(ask: Ask, folder: Path, path: str) -> None:
    (folder / "app" / "long.js").write_bytes(b"export {};\n" * 500)
    _, plain_headers, plain = ask(path)
    assert "Content-Encoding" not in plain_headers
    status, headers, body = ask(path, HTTP_ACCEPT_ENCODING="br, gzip")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == plain
    assert int(headers["Content-Length"]) == len(body)
    assert headers["Vary"] == plain_headers["Vary"] == "Accept-Encoding"
    assert ask(path, HTTP_ACCEPT_ENCODING="gzip;q=0")[2] == plain
    tag = headers["ETag"]
    assert tag.startswith('W/"')
    unchanged = ask(path, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=tag)
    assert (unchanged[0], unchanged[2]) == (304, b"")
    assert unchanged[1]["ETag"] == tag
    assert unchanged[1]["Vary"] == "Accept-Encoding"


def test_compressed_form_comes_without_its_body_too(ask: Ask) -> None:
    status, headers, body = ask("/app/main.js", HTTP_ACCEPT_ENCODING="gzip")
    assert body
    assert ask("/app/main.js", "HEAD", HTTP_ACCEPT_ENCODING="gzip") == (status, headers, b"")


def test_font_is_sent_as_it_is(ask: Ask) -> None:
    _, headers, body = ask("/fonts/a-b.woff2", HTTP_ACCEPT_ENCODING="gzip")
    assert body == b"font"
    assert "Content-Encoding" not in headers
    assert ask("/fonts/a-b.woff2", HTTP_RANGE="bytes=1-2")[::2] == (206, b"on")


def test_missing_page_is_not_found(ask: Ask, folder: Path) -> None:
    (folder / "index.html").unlink()
    assert ask("/events/")[0] == 404


def test_link_out_of_the_folder_is_followed_only_by_its_owner(ask: Ask, folder: Path) -> None:
    (folder / "app" / "manage.py").symlink_to(folder.parent / "manage.py")
    assert ask("/app/manage.py")[0] == 404


@pytest.mark.parametrize("path", ["/forms/contact/", "/forms/contact", "/forms/subscribe/"])
def test_forms_for_visitors_without_scripts_are_those_of_the_cms(ask: Ask, path: str) -> None:
    status, headers, _body = ask(path, QUERY_STRING="locale=es&next=%2Fes%2F")
    assert (status, headers["Location"]) == (302, f"{API}{path}?locale=es&next=%2Fes%2F")
    assert ask(path)[1]["Location"] == f"{API}{path}"
    assert ask(path, QUERY_STRING="a\r\nX: y")[1]["Location"] == f"{API}{path}?a%0D%0AX%3A%20y"
    assert ask(path, "POST")[0] == 405
    assert ask(f"{path}x")[2] == PAGE


@pytest.mark.parametrize(
    "path", ["/", "/app/main.js", "/config.js", "/missing.js", "/preview", "/forms/contact/"]
)
def test_head_is_get_without_its_body(ask: Ask, path: str) -> None:
    status, headers, _body = ask(path)
    head = ask(path, "HEAD")
    assert head == (status, headers, b"")
    assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/app/main.js", "/config.js", "/missing.js"])
def test_other_methods_are_refused(ask: Ask, method: str, path: str) -> None:
    status, headers, _body = ask(path, method)
    assert status == 405
    assert headers["Allow"] == "GET, HEAD"


def test_configuration_names_the_api(ask: Ask) -> None:
    status, headers, body = ask("/config.js")
    assert status == 200
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert body == b'export const API_URL = "https://cms.example.org:8443";\n'


@pytest.mark.parametrize("path", ["/", "/events/", "/previews", "/es/preview", "/app/main.js"])
def test_policy_allows_own_files_and_the_api_only(ask: Ask, path: str) -> None:
    headers = ask(path)[1]
    assert headers["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        f"img-src 'self' data: {API}",
        f"connect-src {API}",
        f"form-action 'self' {API}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "X-Robots-Tag" not in headers


@pytest.mark.parametrize("path", ["/preview", "/preview/"])
def test_preview_is_private_and_framed_by_the_admin_only(ask: Ask, path: str) -> None:
    headers = ask(path, QUERY_STRING="content_type=content.eventpage&token=secret")[1]
    assert headers["Content-Security-Policy"].endswith(f"; frame-ancestors {API}")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("page", ["confirm", "unsubscribe"])
def test_page_with_a_token_in_its_address_is_private(ask: Ask, page: str, end: str) -> None:
    headers = ask(f"/newsletter/{page}{end}", QUERY_STRING="token=secret")[1]
    assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
