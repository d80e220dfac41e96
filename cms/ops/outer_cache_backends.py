"""Caches in front of the site, as backends of Wagtail's frontend cache, emptied as a whole.

Wagtail's own take single addresses, without a time limit, and only log what goes wrong. Here nobody
knows which addresses are kept (filters, pages, limits), so each empties what it has of the API; and
a webhook must not leave before that has been done, so a failure is one.
"""

import json
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from wagtail.contrib.frontend_cache.backends import CloudflareBackend
from wagtail.contrib.frontend_cache.backends.http import HTTPBackend, PurgeRequest

TIMEOUT_SECONDS = 10.0
_MOST_BYTES = 64 * 1024
_USER_AGENT = "Lab-CMS"


class PurgeFailedError(Exception):
    """A cache could not be reached or did not obey; the text says which and why."""

    def __init__(self, request: Request, reason: object) -> None:
        super().__init__(f"{request.host}: {reason}")


class OuterCache(Protocol):
    """What both backends are."""

    seconds_between_purges: float

    def purge_everything(self) -> None:
        """Forget every answer of the API. Raises `PurgeFailedError`."""


class PurgeableCache(HTTPBackend):
    """Varnish, or any other program that empties itself when it is sent ``PURGE``.

    `deploy/varnish.vcl` is the other side.
    """

    seconds_between_purges = 1.0

    def __init__(self, params: dict[str, Any]) -> None:
        self._url: str = params["LOCATION"]
        self._token: str | None = params.pop("TOKEN", None)
        super().__init__(params)

    def purge_everything(self) -> None:
        """Forget every answer of the API. Raises `PurgeFailedError`."""
        headers = {"Host": self.hostnames[0], "User-Agent": _USER_AGENT}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        _send(PurgeRequest(self._url, headers=headers))


class CloudflareCache(CloudflareBackend):
    """A zone of Cloudflare's, of which only the API's part is emptied."""

    # Five a minute is what the smallest plan allows.
    seconds_between_purges = 12.0

    def __init__(self, params: dict[str, Any]) -> None:
        self._api_url: str = params.pop("API_URL")
        self._prefix: str = params.pop("PREFIX")
        super().__init__(params)

    def purge_everything(self) -> None:
        """Forget every answer of the API. Raises `PurgeFailedError`."""
        prefixes = [f"{host}{self._prefix}" for host in self.hostnames]
        request = Request(  # noqa: S310 - the setting is an http or https URL
            f"{self._api_url}/zones/{self.cloudflare_zoneid}/purge_cache",
            data=json.dumps({"prefixes": prefixes}).encode(),
            headers={
                "Authorization": f"Bearer {self.cloudflare_token}",
                "Content-Type": "application/json",
                "User-Agent": _USER_AGENT,
            },
            method="POST",
        )
        answer = _send(request)
        try:
            is_done = json.loads(answer)["success"] is True
        except (ValueError, TypeError, LookupError):
            is_done = False
        if not is_done:
            raise PurgeFailedError(request, "refused")


def _send(request: Request) -> bytes:
    """The beginning of the answer to a request that succeeded."""
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            content: bytes = answer.read(_MOST_BYTES)
            return content
    except HTTPError as error:
        with error:
            raise PurgeFailedError(request, error.code) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise PurgeFailedError(request, reason or type(error).__name__) from error
