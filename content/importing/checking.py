"""The models' own rules, before anything is stored.

Wagtail validates a page only when it goes live, and never its speakers and sessions.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from content.importing.rows import EventRow, RowRefusedError
from content.models import EventPage, Session, Speaker


def check_row(row: EventRow) -> None:
    """Raises `RowRefusedError` with every rule that ``row`` breaks."""
    event = EventPage(**row.fields)
    reasons = [
        *_broken_rules(event, row.fields, event.clean_together),
        *_broken_rules_of_parts("speakers", (Speaker(**values) for values in row.speakers)),
        *_broken_rules_of_parts("sessions", (Session(**values) for values in row.sessions)),
    ]
    if reasons:
        raise RowRefusedError(*reasons)


def _broken_rules_of_parts(name: str, parts: Iterable[models.Model]) -> Iterable[str]:
    for number, part in enumerate(parts, start=1):
        names = {field.name for field in part._meta.fields} - {"page"}
        for reason in _broken_rules(part, names, part.clean):
            yield f"{name}[{number}].{reason}"


def _broken_rules(instance: models.Model, names: Iterable[str], clean: Any) -> list[str]:
    others = {field.name for field in instance._meta.fields} - set(names)
    reasons = []
    for rules in (lambda: instance.clean_fields(exclude=others), clean):
        try:
            rules()
        except ValidationError as error:
            reasons += error_reasons(error)
    return reasons


def error_reasons(error: ValidationError) -> list[str]:
    """One sentence for each message, with the name of its field."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        message if name == "__all__" else f"{name}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]
