"""One GET request to GitHub, or to whatever answers in its place.

It is over after `TOTAL_SECONDS` whatever the other side does, reads at most `MOST_BYTES`, and talks
to the host of ``GITHUB_API_URL`` only: nothing else ever sees the token, and redirects and links to
other hosts are failures. ``urllib3`` itself and not ``requests``, whose time-outs begin anew with
every byte and cannot cut headers that come one at a time.
"""

import http.client
import json
import logging
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from cms.ops.deadline import Deadline
from integrations.github.failures import Failure, GitHubError

TOTAL_SECONDS = 20.0
MOST_BYTES = 5 * 1024 * 1024
API_VERSION = "2022-11-28"
_USER_AGENT = "lab-cms"
_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 307, 308)
_CHUNK = 64 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What GitHub said: ``headers`` by names in lower case, ``document`` out of the JSON.

    ``document`` is ``None`` without a body. Any status may stand here; `verdict` judges it.
    """

    status: int
    headers: Mapping[str, str]
    document: Any


def get(url: str, *, etag: str = "") -> Answer:
    """Ask for ``url``, on condition that it is not ``etag`` any more. Raises `GitHubError`.

    Redirects on the same host are followed: that is how GitHub answers a former name.
    """
    for _hop in range(_MOST_REDIRECTS + 1):
        answer, location = _get_once(url, etag)
        if answer.status not in _REDIRECTS or not location:
            return answer
        url = own_url(urljoin(url, location))
    raise GitHubError(Failure.SENSELESS)


def own_url(url: str) -> str:
    """``url``, if it is on GitHub's API host. Raises `GitHubError` if it is anywhere else."""
    try:
        parts, base = urlsplit(url), urlsplit(settings.GITHUB_API_URL)
        is_own = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
    except ValueError:
        is_own = False
    if not is_own or not url.isprintable() or " " in url:
        raise GitHubError(Failure.FOREIGN_ADDRESS)
    return url


def _get_once(url: str, etag: str) -> tuple[Answer, str]:
    parts = urlsplit(own_url(url))
    with Deadline(TOTAL_SECONDS) as deadline:
        connection = _connection(parts, deadline)
        try:
            connection.connect()
            deadline.watch(connection.sock)
            connection.request(
                "GET",
                parts._replace(scheme="", netloc="", fragment="").geturl(),
                headers=_headers(etag),
                preload_content=False,
                decode_content=False,
            )
            answer = _answer(connection, deadline)
        except (OSError, HTTPError, http.client.HTTPException) as error:
            is_late = deadline.has_passed or isinstance(error, TimeoutError)
            failure = Failure.TIMEOUT if is_late else Failure.UNREACHABLE
            raise GitHubError(failure) from error
        finally:
            connection.close()
    # Not the query, which names people, and never what was sent.
    logger.info("GitHub answered %s with %d", parts.path, answer.status)
    return answer, answer.headers.get("location", "")


def _headers(etag: str) -> dict[str, str]:
    headers = {
        "Accept": "application/vnd.github+json",
        # A compressed body would have to be limited twice.
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": _USER_AGENT,
        "X-GitHub-Api-Version": API_VERSION,
    }
    if settings.GITHUB_TOKEN:
        headers["Authorization"] = f"Bearer {settings.GITHUB_TOKEN}"
    if etag:
        headers["If-None-Match"] = etag
    return headers


def _connection(parts: SplitResult, deadline: Deadline) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return HTTPConnection(host, parts.port or 80, timeout=deadline.remaining)
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return HTTPSConnection(
        host,
        parts.port or 443,
        timeout=deadline.remaining,
        ssl_context=context,
        cert_reqs="CERT_REQUIRED",
    )


def _answer(connection: HTTPConnection, deadline: Deadline) -> Answer:
    with closing(connection.getresponse()) as response:
        if deadline.has_passed:
            # Headers that were cut in the middle look like an answer.
            raise TimeoutError
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = _body(response, deadline)
    return Answer(response.status, headers, _document(response.status, headers, body))


def _body(response: BaseHTTPResponse, deadline: Deadline) -> bytes:
    body = b""
    for chunk in response.stream(_CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise GitHubError(Failure.TOO_LARGE)
    if deadline.has_passed:
        raise TimeoutError
    return body


def _document(status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """The parsed body. What is no JSON is an error only where the status promises some."""
    is_json = "json" in headers.get("content-type", "")
    try:
        return json.loads(body) if body and is_json else _nothing(status)
    except (ValueError, RecursionError) as error:
        if status == HTTPStatus.OK:
            raise GitHubError(Failure.NO_JSON) from error
        return None


def _nothing(status: int) -> None:
    if status == HTTPStatus.OK:
        raise GitHubError(Failure.NO_JSON)
