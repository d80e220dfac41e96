"""Requests that may be repeated: the header Idempotency-Key.

After draft-ietf-httpapi-idempotency-key-header-07. A key belongs to one route and one client. The
answer is stored in the transaction of what the request did, so there is never one without the
other; a request whose transaction is rolled back has left nothing and may be repeated, corrected or
not. "In flight" is a lock of the running transaction: what is killed holds nothing up.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError

from cms.http.advisory_lock import try_lock, wait_for_lock
from cms.models import RememberedAnswer

KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')
_AT_ONCE = 10_000


class InFlightError(APIException):
    status_code = HTTPStatus.CONFLICT
    default_detail = _("The first request with this Idempotency-Key is still being answered.")
    default_code = "in_flight"
    wait = 1


class KeyTakenError(APIException):
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was used for a request with another body.")
    default_code = "key_taken"


@dataclass(frozen=True)
class Answer:
    """A status and what its JSON body holds."""

    status: int
    body: dict[str, Any]


def idempotency_key(request: HttpRequest) -> str | None:
    """The key of the request, bare or as a string of RFC 8941 in quotes; None without one.

    Raises ParseError for anything else.
    """
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    match = _KEY.fullmatch(given.strip())
    if match is None:
        raise ParseError(_("The Idempotency-Key must be 1 to 255 characters of ASCII."))
    return match[1] or match[2]


def answer_once(
    *,
    client: str,
    scope: str,
    key: str,
    body: object,
    act: Callable[[], Answer],
    waits: bool = False,
) -> Answer:
    """What ``act`` answers, or what it did answer to this key; call it in a transaction.

    ``body``: the parsed JSON; the order of its members makes no difference. ``waits``: for the end
    of the first request, if it is in flight.
    Raises `KeyTakenError` and, unless it waits, `InFlightError`.
    """
    key_digest = _digest(f"{scope}\n{client}\n{key}")
    body_digest = _digest(json.dumps(body, sort_keys=True))
    lock = f"idempotency:{key_digest}"
    if waits:
        wait_for_lock(lock)
    elif not try_lock(lock):
        raise InFlightError
    known = RememberedAnswer.objects.filter(key_digest=key_digest)
    remembered = known.filter(answered_at__gt=Now() - KEPT_FOR).first()
    if remembered is None:
        known.delete()
        answer = act()
        RememberedAnswer.objects.create(
            key_digest=key_digest, body_digest=body_digest, status=answer.status, body=answer.body
        )
        return answer
    if remembered.body_digest != body_digest:
        raise KeyTakenError
    return Answer(remembered.status, remembered.body)


def purge() -> int:
    """Forget answers that are repeated no more. Answers how many, at most some thousands."""
    old = RememberedAnswer.objects.filter(answered_at__lt=Now() - KEPT_FOR)
    count, _by_model = RememberedAnswer.objects.filter(pk__in=old.values("pk")[:_AT_ONCE]).delete()
    return count


def _digest(text: str) -> str:
    return salted_hmac("cms.http.idempotency", text, algorithm="sha256").hexdigest()
