"""Two editors never overwrite each other: entity tags of states and If-Match (RFC 9110, 13.1.1)."""

import re
from hashlib import blake2b
from http import HTTPStatus

from django.http import HttpRequest
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

# A proxy that compresses an answer marks its strong tag with the coding, as Caddy does.
_CODING = re.compile(r'-(?:br|gzip|zstd)"$')


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
    may not read it must not learn whether it has changed. A weak tag fits nothing.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return
    if etag not in {_CODING.sub('"', tag) for tag in parse_etags(given)}:
        raise PreconditionFailedError
