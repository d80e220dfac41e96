"""Two editors never overwrite each other: entity tags of states and If-Match (RFC 9110, 13.1.1)."""

import re
from hashlib import blake2b
from http import HTTPStatus

from django.http import HttpRequest
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

# What a proxy that compresses an answer makes of its strong tag: nginx a weak one, Caddy and Apache
# one that ends in the coding. The bytes are others then; the state that the tag names is the same.
_COMPRESSED = re.compile(r'(?:W/)?("[^"]*?)(?:-(?:br|gzip|zstd))?"')


class PreconditionFailedError(APIException):
    """412: somebody else has changed the item since it was read."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = _("This has been changed since you read it. Read it again first.")
    default_code = "changed"


def state_etag(*parts: object) -> str:
    """A strong tag of a state, as of a revision's id and whether it is live; it tells nothing.

    Whatever a detail shows and somebody may change belongs to the parts.
    """
    state = repr([str(part) for part in parts]).encode("utf-8", "surrogatepass")
    return f'"{blake2b(state, digest_size=16).hexdigest()}"'


def require_match(request: HttpRequest, etag: str) -> None:
    """Raise `PreconditionFailedError` if the request has an If-Match that ``etag`` does not fit.

    Compare under a lock of the item (`select_for_update`), and after asking for permission: whoever
    may not read it must not learn whether it has changed. A weak tag is ours through a proxy: we
    send none.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return
    if etag not in {_COMPRESSED.sub(r'\1"', tag) for tag in parse_etags(given)}:
        raise PreconditionFailedError
