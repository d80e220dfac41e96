"""What a form has found wrong, with the place of each down into blocks and rows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.forms.formsets import ORDERING_FIELD_NAME

from content.publishing.problems import Path, Problem


def form_problems(form: BaseForm) -> list[Problem]:
    """Validate ``form`` and answer everything that is wrong."""
    return [] if form.is_valid() else list(_of_form(form, ()))


def draft_problems(form: Any) -> list[Problem]:
    """The same, where what publishing needs may be missing, as in the admin."""
    form.defer_required_fields()
    try:
        return form_problems(form)
    finally:
        form.restore_required_fields()


def _of_form(form: BaseForm, path: Path) -> Iterator[Problem]:
    for name, errors in form.errors.as_data().items():
        own = path if name == NON_FIELD_ERRORS else (*path, name)
        yield from _of_errors(errors, own)
    for name, formset in getattr(form, "formsets", {}).items():
        yield from _of_errors(formset.non_form_errors().as_data(), (*path, name))
        for number, child in enumerate(formset.forms):
            if not (formset.can_delete and formset._should_delete_form(child)):
                yield from _of_form(child, (*path, name, _position(formset, number)))


def _position(formset: Any, number: int) -> int:
    """Where the row stands in what was given: rows that are kept have their old number here."""
    order = formset.data.get(f"{formset.add_prefix(number)}-{ORDERING_FIELD_NAME}")
    return int(order) - 1 if order else number


def _of_errors(errors: Any, path: Path) -> Iterator[Problem]:
    for error in errors.as_data() if hasattr(errors, "as_data") else errors:
        yield from _of_error(error, path)


def _of_error(error: ValidationError, path: Path) -> Iterator[Problem]:
    """One error; those of blocks hold the errors of their children."""
    nested = getattr(error, "block_errors", None)
    whole = getattr(error, "non_block_errors", None)
    if nested is None and whole is None:
        for each in error.error_list:
            yield Problem(path, each.code or "invalid", " ".join(each.messages))
        return
    yield from _of_errors(whole or (), path)
    for key, child in _entries(nested):
        children = [child] if isinstance(child, ValidationError) else child
        yield from _of_errors(children, (*path, key))


def _entries(nested: Any) -> Iterable[tuple[Any, Any]]:
    pairs = nested.items() if isinstance(nested, Mapping) else enumerate(nested or ())
    return [(key, child) for key, child in pairs if child]
