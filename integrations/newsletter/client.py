"""One request to the API of a list's provider, over in time whatever the other side does."""

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import IO, Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from integrations.mail import exchange
from integrations.mail.progress import AttemptResult
from integrations.mail.transport import NOT_AN_API, meaning_of, readable, retry_after

TOTAL_SECONDS = 30.0
DOWNLOAD_SECONDS = 300.0
MOST_BYTES = 5 * 1024 * 1024
MOST_BYTES_OF_FILE = 500 * 1024 * 1024
_CHUNK = 64 * 1024
# To connect, and between two bytes; the whole is over in `TOTAL_SECONDS`.
_SOCKET_SECONDS = (10, 20)
_MOST_WORDS = 500

logger = logging.getLogger(__name__)


class ProviderError(Exception):
    """Nothing was done, or nobody knows. ``result``: temporary, rejected (the request is wrong) or
    refused (the account is). ``words`` of the provider may quote an address: not for the log.
    """

    def __init__(
        self,
        result: AttemptResult,
        *,
        status: int | None = None,
        words: str = "",
        wait: timedelta = timedelta(),
    ) -> None:
        super().__init__(result.value, status)
        self.result = result
        self.status = status
        self.words = words
        self.wait = wait

    @property
    def reason(self) -> str:
        """What happened, in a line for people."""
        return f"{self.status or ''} {self.words}".strip()


class Bearer(AuthBase):
    """A token, whatever a ``.netrc`` file says."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True)
class Answer:
    """A success, or one of the statuses that were expected. ``document``: the JSON, if any."""

    status: int
    document: Any = None


@dataclass(frozen=True)
class Api:
    """Where a provider is, and as whom we talk to it. ``url`` ends with a slash."""

    url: str
    auth: AuthBase | tuple[str, str] = field(repr=False)

    def ask(
        self,
        method: str,
        path: str,
        *,
        expected: Iterable[int] = (),
        query: Mapping[str, str] | None = None,
        document: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """What the provider answers. Raises `ProviderError` for every status that is no success
        and not ``expected``, and for successes that cannot be read: to ask again is harmless.
        """

        def converse(session: requests.Session) -> _Raw:
            with session.request(
                method,
                f"{self.url}{path}",
                params=query,
                json=document,
                data=form,
                auth=self.auth,
                stream=True,
                timeout=_SOCKET_SECONDS,
            ) as response:
                chunks = response.iter_content(_CHUNK)
                body = b"".join(_checked(chunks, MOST_BYTES))
                return _Raw(response.status_code, response.headers, body)

        raw = _run(converse, seconds=TOTAL_SECONDS)
        if raw.status in expected:
            return Answer(raw.status)
        if not 200 <= raw.status < 300:
            raise _error_of(raw)
        return Answer(raw.status, _parsed(raw) if raw.body else None)


@dataclass(frozen=True)
class _Raw:
    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def download(url: str) -> Iterator[IO[bytes]]:
    """The file at ``url``, which the provider has named. Nobody there learns who we are."""
    with TemporaryFile() as file:

        def converse(session: requests.Session) -> _Raw:
            with session.get(url, stream=True, timeout=_SOCKET_SECONDS) as response:
                chunks = response.raw.stream(_CHUNK, decode_content=False)
                file.writelines(_checked(chunks, MOST_BYTES_OF_FILE))
                return _Raw(response.status_code, response.headers, b"")

        raw = _run(converse, seconds=DOWNLOAD_SECONDS)
        if raw.status != HTTPStatus.OK:
            raise _error_of(raw)
        file.seek(0)
        yield file


class _TooLargeError(Exception):
    pass


def _run(converse: Callable[[requests.Session], _Raw], *, seconds: float) -> _Raw:
    answers: list[_Raw] = []

    def call(current: exchange.Exchange) -> None:
        with requests.Session() as session:
            session.headers["User-Agent"] = "lab-cms"
            exchange.watch_session(session)
            answers.append(converse(session))
        if current.deadline.has_passed:
            # Headers that were cut in the middle look like an answer.
            raise TimeoutError

    try:
        exchange.run(call, seconds=seconds)
    except exchange.ExchangeError as error:
        raise _no_answer(error) from error.__cause__
    return answers[0]


def _no_answer(error: exchange.ExchangeError) -> ProviderError:
    cause = error.__cause__
    if isinstance(cause, requests.TooManyRedirects):
        words = "A redirect, which is not followed."
        return ProviderError(AttemptResult.REFUSED, status=error.exchange.status, words=words)
    if isinstance(cause, _TooLargeError):
        words = "The answer is far too large."
    elif error.exchange.deadline.has_passed or isinstance(cause, TimeoutError | requests.Timeout):
        words = "No answer in time."
    else:
        words = "No connection, or it was cut."
        if not isinstance(cause, OSError | HTTPError):
            # Without the message of the exception, which may quote an address.
            logger.error("Unexpected %s while a list was kept", type(cause).__name__)
    return ProviderError(AttemptResult.TEMPORARY, words=words)


def _checked(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise _TooLargeError
        yield chunk


def _parsed(raw: _Raw) -> Any:
    try:
        return json.loads(raw.body)
    except (ValueError, RecursionError) as error:
        is_wrong_address = NOT_AN_API.encode() in raw.body
        raise ProviderError(
            AttemptResult.REFUSED if is_wrong_address else AttemptResult.TEMPORARY,
            status=raw.status,
            words="The answer cannot be read.",
        ) from error


def _error_of(raw: _Raw) -> ProviderError:
    return ProviderError(
        meaning_of(raw.status),
        status=raw.status,
        words=readable(raw.body.decode("utf-8", "replace"))[:_MOST_WORDS],
        wait=_wait(raw.headers) if raw.status in (429, 503) else timedelta(),
    )


def _wait(headers: Mapping[str, str]) -> timedelta:
    """What ``Retry-After`` asks for or, at SendGrid, the second in which its limit ends."""
    asked = retry_after(headers.get("Retry-After"), headers.get("Date"))
    ends = headers.get("X-RateLimit-Reset", "")
    if asked or not re.fullmatch(r"[0-9]{9,11}", ends):
        return asked
    left = datetime.fromtimestamp(int(ends), UTC) - datetime.now(UTC)
    return min(max(left, timedelta()), timedelta(hours=1))
