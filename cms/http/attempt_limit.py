"""Wide limits on attempts, whatever becomes of them, by django-ratelimit.

They keep one client from occupying the server and may vanish: their counts are in Redis, or in each
process without one. When Redis does not answer, attempts are let through; limits that have to be
exact are in the database (`cms.http.accepted_limit`).
"""

import logging

from django.http import HttpRequest
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled

from cms.http.client_key import client_key

logger = logging.getLogger(__name__)


def count_attempt(request: HttpRequest, *, scope: str, rate: str) -> None:
    """Count one attempt of the client. Raises REST framework's Throttled above ``rate``.

    ``rate`` as django-ratelimit writes it: ``60/h``.
    """
    try:
        usage = get_usage(
            request,
            group=scope,
            key=lambda _group, each: client_key(each),
            rate=rate,
            increment=True,
        )
    except (RedisError, OSError) as error:
        # Without the text of the error, which may hold the URL and its password.
        logger.warning("Attempts are not counted: %s", type(error).__name__)
        return
    if usage is not None and usage["should_limit"]:
        raise Throttled(wait=max(1, usage["time_left"]))
