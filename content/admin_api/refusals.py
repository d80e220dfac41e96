"""Which answer each refusal of `content.publishing` becomes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from cms.http.problems import InputError, InvalidBodyError
from content.publishing import ConflictError, InvalidContentError, LockedError, Problem


class LockedAnswer(APIException):
    status_code = HTTPStatus.FORBIDDEN
    default_detail = _("It is locked: by somebody, by a review or by the time it is scheduled for.")
    default_code = "locked"


class ConflictAnswer(APIException):
    status_code = HTTPStatus.CONFLICT
    default_detail = _("Its state does not allow this.")
    default_code = "conflict"


@contextmanager
def answered(
    point: Callable[[Problem], str],
    problems: Sequence[InputError] = (),
    conflict: str | None = None,
) -> Iterator[None]:
    """Turn what publishing refuses into answers.

    ``point``: the JSON Pointer of a problem of the form. ``problems``: what was wrong before;
    what the form says of the same places is left out. ``conflict``: words for a `ConflictError`.
    """
    try:
        yield
    except InvalidContentError as error:
        raise InvalidBodyError([*problems, *_others(error, point, problems)]) from error
    except LockedError as error:
        raise LockedAnswer from error
    except ConflictError as error:
        raise ConflictAnswer(conflict) from error


def _others(
    error: InvalidContentError, point: Callable[[Problem], str], known: Sequence[InputError]
) -> Iterator[InputError]:
    places = [problem.pointer or "" for problem in known]
    for problem in error.problems:
        pointer = point(problem)
        if not any(pointer == place or pointer.startswith(f"{place}/") for place in places):
            yield InputError(code=problem.code, message=problem.message, pointer=pointer)
