"""Who has seen or taken away the data of many people at once."""

from collections.abc import Iterable

from django.db.models import Model
from wagtail.log_actions import log

from cms.models import User

_AT_ONCE = 500
"""People in one entry."""


def log_people(
    *, action: str, model: type[Model], ids: Iterable[object], user: User, **data: object
) -> None:
    """Write into the log that ``user`` got the rows of ``model`` with ``ids``: one entry, or some
    with all their ids, however many people they are.
    """
    everybody = [str(each) for each in ids]
    for first in range(0, max(len(everybody), 1), _AT_ONCE):
        # By type and id, the audit log finds who has seen a person.
        part = {"type": model._meta.label_lower, "ids": everybody[first : first + _AT_ONCE]}
        log(user, action, user=user, data={**data, **part})
