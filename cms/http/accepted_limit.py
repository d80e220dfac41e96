"""An exact limit on what is accepted from one client in any stretch of time.

The rows of what was accepted are counted in the transaction that accepts, one client after the
other, so parallel requests and several processes make no difference; what is rolled back has never
counted. There is no window that begins anew: the time is measured back from now, by the clock of
the database.
"""

from datetime import timedelta
from math import ceil

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from cms.http.advisory_lock import wait_for_lock
from cms.models import AcceptedRequest

_KEPT_FOR = timedelta(days=1)
_AT_ONCE = 10_000


class LimitReachedError(Exception):
    """Nothing more is accepted now; something is again after ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Accepted again in {retry_after} s")
        self.retry_after = retry_after


def accept_one(*, scope: str, client: str, limit: int, period: timedelta) -> AcceptedRequest:
    """Count one more accepted request of ``client``, if the caller's transaction commits.

    Delete the row that is answered, and it has not counted. ``period`` at most a day. Raises
    `LimitReachedError` if ``limit`` have been accepted in it.
    """
    wait_for_lock(f"accepted:{scope}:{client}")
    left = ExpressionWrapper(F("accepted_at") + period - Now(), output_field=DurationField())
    recent = (
        AcceptedRequest.objects.filter(scope=scope, client=client, accepted_at__gt=Now() - period)
        .order_by("-accepted_at")
        .values_list(left, flat=True)[:limit]
    )
    times_left = list(recent)
    if len(times_left) == limit:
        raise LimitReachedError(max(1, ceil(times_left[-1].total_seconds())))
    return AcceptedRequest.objects.create(scope=scope, client=client)


def forget(*, scope: str, client: str) -> None:
    """Have nothing of ``client`` count any more."""
    AcceptedRequest.objects.filter(scope=scope, client=client).delete()


def purge() -> int:
    """Forget what no longer counts. Answers how many rows, at most some thousands at once."""
    old = AcceptedRequest.objects.filter(accepted_at__lt=Now() - _KEPT_FOR)
    count, _by_model = AcceptedRequest.objects.filter(pk__in=old.values("pk")[:_AT_ONCE]).delete()
    return count
