"""Whether an answer may be used, and if not, what that means."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from django.utils import timezone

from integrations.github.client import Answer
from integrations.github.failures import Failure, GitHubError, LimitError

_LIMITED = (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
_LONGEST_WAIT = timedelta(days=1)
_BY_STATUS: dict[int, Failure] = {
    HTTPStatus.UNAUTHORIZED: Failure.BAD_TOKEN,
    HTTPStatus.FORBIDDEN: Failure.FORBIDDEN,
    HTTPStatus.NOT_FOUND: Failure.NOT_FOUND,
    HTTPStatus.GONE: Failure.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY: Failure.REFUSED_QUERY,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: Failure.NOT_FOUND,
}


def ensure_usable(answer: Answer, subject: str = "") -> None:
    """Raise `LimitError` or another `GitHubError` unless the status is 200 or 304."""
    if answer.status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        return
    if answer.status in _LIMITED and (limit := _limit(answer)):
        raise limit
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _server_error(answer, subject)
    raise GitHubError(_BY_STATUS.get(answer.status, Failure.SENSELESS), subject)


def _server_error(answer: Answer, subject: str) -> GitHubError:
    """A server that has a problem may say for how long to leave it alone, like one with a limit."""
    wait = _retry_after(answer.headers) if "retry-after" in answer.headers else None
    return (
        LimitError(Failure.SERVER_ERROR, wait)
        if wait
        else GitHubError(Failure.SERVER_ERROR, subject)
    )


def _limit(answer: Answer) -> LimitError | None:
    """Which limit a 403 or 429 tells of; GitHub says so in four different ways."""
    headers = answer.headers
    if "retry-after" in headers:
        return LimitError(Failure.SECONDARY_LIMIT, _retry_after(headers))
    if headers.get("x-ratelimit-remaining") == "0":
        return LimitError(Failure.PRIMARY_LIMIT, until_reset(headers))
    message = answer.document.get("message") if isinstance(answer.document, dict) else ""
    says_so = any(words in str(message).lower() for words in ("rate limit", "abuse"))
    is_secondary = (
        answer.status == HTTPStatus.TOO_MANY_REQUESTS or "gh-limited-by" in headers or says_so
    )
    return LimitError(Failure.SECONDARY_LIMIT, None) if is_secondary else None


def until_reset(headers: Mapping[str, str]) -> timedelta | None:
    """Time until the primary limit begins anew: by GitHub's clock, since ours may be wrong."""
    text = headers.get("x-ratelimit-reset", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    # The reset is told in whole seconds; at its first moment some servers still refuse.
    resets_at = datetime.fromtimestamp(int(text), tz=UTC) + timedelta(seconds=1)
    return _sane(resets_at - _date(headers))


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    text = headers["retry-after"].strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return _sane(timedelta(seconds=int(text)))
    moment = _http_date(text)
    return None if moment is None else _sane(moment - _date(headers))


def _date(headers: Mapping[str, str]) -> datetime:
    """When GitHub answered by its own clock, which is what its other times are told by."""
    return _http_date(headers.get("date", "")) or timezone.now()


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sane(wait: timedelta) -> timedelta:
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)
