"""Sign-ins are forgotten when nothing of them can be used any more."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from cms.admin_api.models import SignIn

_KEPT_FOR = timedelta(days=1)
"""After their end; the log has them for longer."""
_AT_ONCE = 5_000


def purge_sign_ins() -> int:
    """Delete ended sign-ins with their tokens. Answers how many, at most some thousands."""
    limit = Now() - _KEPT_FOR
    old = SignIn.objects.filter(Q(ended_at__lt=limit) | Q(expires_at__lt=limit))
    _total, by_model = SignIn.objects.filter(pk__in=old.values("pk")[:_AT_ONCE]).delete()
    return by_model.get(SignIn._meta.label, 0)
