"""Why content cannot be changed as asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import LockableMixin

from cms.models import User

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what was given.

    ``path``: names of the form's fields, positions in lists and names of blocks, as
    ``("speakers", 0, "name")`` and ``("body", 2, "text")``; empty for the whole.
    """

    path: Path
    code: str
    message: str


class InvalidContentError(Exception):
    """What was given cannot be saved; nothing was."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("The content is not valid")
        self.problems = list(problems)


class LockedError(PermissionDenied):
    """Somebody's lock, a review or a schedule keeps the user from changing it."""


class ConflictError(Exception):
    """What is asked for does not fit the state that the object is in."""


def refuse_locked(instance: LockableMixin, user: User) -> None:
    """Raise `LockedError` if a lock of ``instance`` applies to ``user``."""
    lock = instance.get_lock()
    if lock is not None and lock.for_user(user):
        raise LockedError


def model_problems(error: ValidationError) -> list[Problem]:
    """What a model's own validation has found."""
    fields = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    return [
        Problem(
            () if name == "__all__" else (name,), each.code or "invalid", " ".join(each.messages)
        )
        for name, errors in fields.items()
        for each in errors
    ]
