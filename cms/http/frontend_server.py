"""The reference frontend over HTTP: static files, one page for every path, `config.js`, and the way
to the forms of the CMS, which need no script.

A WSGI application of its own, without Django's handler and without a database. Development starts
it beside the API (`manage.py run`); in production any static host does the same (docs/frontend.md).
"""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from whitenoise import WhiteNoise
from whitenoise.string_utils import decode_path_info

from cms.http.response_cache.answer import accepts_gzip

FOLDER = Path(__file__).resolve().parents[2] / "frontend"
INDEX = "/index.html"
PREVIEW_PATHS = ("/preview", "/preview/")
_TOKEN_PATHS = (
    *PREVIEW_PATHS,
    *("/newsletter/confirm", "/newsletter/confirm/"),
    *("/newsletter/unsubscribe", "/newsletter/unsubscribe/"),
)
"""Their query has a secret that nobody else may learn."""

_FORM_PATHS = (
    *("/forms/contact", "/forms/contact/"),
    *("/forms/subscribe", "/forms/subscribe/"),
)
"""Pages of the CMS. The page cannot name its host: it is the same file everywhere."""

_SERVED = re.compile(
    r"(?!.*/node_modules/)(?:/\w[\w-]*)*/\w[\w.-]*"
    r"(?<!\.test)\.(?:css|html|ico|jpg|js|png|svg|txt|webmanifest|webp|woff2|xml)",
    re.ASCII,
)
"""An allow-list, so that what checks and describes the files is not served with them."""

Headers = dict[str, str]
StartResponse = Callable[..., Any]
Environment = dict[str, Any]


class FrontendServer:
    """Serves a folder; what has no extension is a path of the frontend and gets its only page."""

    def __init__(self, folder: Path, *, api_url: str) -> None:
        """`api_url`: where the API is, without a path."""
        parts = urlsplit(api_url)
        self._api_origin = f"{parts.scheme}://{parts.netloc}".lower()
        self._api_url = api_url
        self._config = f"export const API_URL = {json.dumps(api_url)};\n".encode()
        # Looked up at each request, because the files are being edited.
        self._files = WhiteNoise(
            None, root=folder, autorefresh=True, max_age=None, allow_all_origins=False
        )

    def __call__(self, environ: Environment, start_response: StartResponse) -> Iterable[bytes]:
        path = decode_path_info(environ.get("PATH_INFO", ""))
        common = security_headers(path, self._api_origin)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, *common.items()], *rest)

        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _answer(environ, start, HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"})
        if path == "/config.js":
            return _answer(environ, start, HTTPStatus.OK, _JAVASCRIPT, self._config)
        if path in _FORM_PATHS:
            return _answer(
                environ, start, HTTPStatus.FOUND, {"Location": self._form(environ, path)}
            )
        static_file = self._files.find_file(INDEX if _is_page(path) else path)
        if static_file is None or not (_is_page(path) or _SERVED.fullmatch(path)):
            return _answer(environ, start, HTTPStatus.NOT_FOUND, {})
        return _compressed(static_file, environ, start)

    def _form(self, environ: Environment, path: str) -> str:
        query = quote(environ.get("QUERY_STRING", ""), safe="=&%+-._~")
        return f"{self._api_url}{path}" + (f"?{query}" if query else "")


def security_headers(path: str, api_origin: str) -> Headers:
    """Headers of every answer at `path`; only the admin may frame a preview. Where a token is in
    the address, it goes nowhere else.

    Markup that was made from data (`application/ld+json`) is no script, so the policy lets it be.
    """
    is_preview = path in PREVIEW_PATHS
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "img-src": f"'self' data: {api_origin}",
        "connect-src": api_origin,
        "form-action": f"'self' {api_origin}",
        "base-uri": "'none'",
        "frame-ancestors": api_origin if is_preview else "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        # The files have no hash in their names: kept, and asked for again before they are used.
        "Cache-Control": "no-cache",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
    if path in _TOKEN_PATHS:
        headers |= {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        }
    return headers


_JAVASCRIPT = {"Content-Type": "text/javascript; charset=utf-8"}


_COMPRESSED = re.compile(r"text/|application/(?:json|xml|manifest)|image/svg")
_COMPRESSION_LEVEL = 6


def _compressed(
    static_file: Any, environ: Environment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer with a file, text compressed for who takes it.

    Both forms have the same tag, a weak one: it is made from the file's time and size.
    """
    if tag := environ.get("HTTP_IF_NONE_MATCH"):
        environ = {**environ, "HTTP_IF_NONE_MATCH": tag.removeprefix("W/")}
    response = static_file.get_response("GET", environ)
    headers = dict(response.headers)
    if "ETag" in headers:
        headers["ETag"] = f"W/{headers['ETag']}"
    is_text = bool(_COMPRESSED.match(headers.get("Content-Type", "")))
    if is_text or response.status == HTTPStatus.NOT_MODIFIED:
        headers["Vary"] = "Accept-Encoding"
    body = b""
    if response.file is not None:
        with response.file as file:
            body = file.read()
    if is_text and response.status == HTTPStatus.OK:
        if accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = gzip.compress(body, _COMPRESSION_LEVEL, mtime=0)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
    start_response(f"{response.status} {response.status.phrase}", list(headers.items()))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _is_page(path: str) -> bool:
    return "." not in path.rpartition("/")[2]


def _answer(
    environ: Environment,
    start_response: StartResponse,
    status: HTTPStatus,
    headers: Headers,
    body: bytes | None = None,
) -> Iterable[bytes]:
    if body is None:
        body = f"{status} {status.phrase}\n".encode()
    headers = {"Content-Type": "text/plain; charset=utf-8", **headers}
    headers["Content-Length"] = str(len(body))
    start_response(f"{status} {status.phrase}", list(headers.items()))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


application = FrontendServer(FOLDER, api_url=settings.PUBLIC_URL)
