"""Entries in the words of people: what the API gives as keys, ids and values of choices."""

import json
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, ForeignKey
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.admin_api.audit.entries import changes_shown, details_shown
from cms.admin_api.models import SignIn
from cms.personal_data import personal_data_sources

NOTHING = "–"

# Of our actions first, then of Wagtail's.
_LABELS = {
    "address": gettext_lazy("Address (as a digest)"),
    "count": gettext_lazy("Number"),
    "counts": gettext_lazy("Found"),
    "days": gettext_lazy("Kept for (days)"),
    "deliveries": gettext_lazy("Deliveries"),
    "format": gettext_lazy("File format"),
    "ids": gettext_lazy("Whom it showed (ids)"),
    "name_digest": gettext_lazy("Name that was typed (as a digest)"),
    "people": gettext_lazy("People"),
    "permission": gettext_lazy("Permission"),
    "reason": gettext_lazy("Reason"),
    "searched": gettext_lazy("By a search"),
    "type": gettext_lazy("Kind"),
    "where": gettext_lazy("Where"),
    "comment": gettext_lazy("Comment"),
    "contentpath": gettext_lazy("Field"),
    "created": gettext_lazy("Made"),
    "destination": gettext_lazy("To"),
    "go_live_at": gettext_lazy("To go live at"),
    "has_live_version": gettext_lazy("Was live before"),
    "is_public": gettext_lazy("For everybody"),
    "keep_subpages": gettext_lazy("With the pages below"),
    "needs_changes": gettext_lazy("Needs changes"),
    "new": gettext_lazy("After"),
    "next": gettext_lazy("Next step"),
    "old": gettext_lazy("Before"),
    "page": gettext_lazy("Page"),
    "reply": gettext_lazy("Answer"),
    "restriction": gettext_lazy("Restriction"),
    "revision": gettext_lazy("Version"),
    "source": gettext_lazy("From"),
    "status": gettext_lazy("Status"),
    "step": gettext_lazy("Step"),
    "task": gettext_lazy("Task"),
    "text": gettext_lazy("Text"),
    "title": gettext_lazy("Title"),
    "workflow": gettext_lazy("Workflow"),
}
_REASONS: dict[str, Any] = dict(SignIn.EndReason.choices)


def changes_in_words(entry: Any) -> list[tuple[str, str, str]]:
    """Field, before and after."""
    # No mapping: a template would take a field called "items" for its method.
    return [
        (_label(entry, name), _value(entry, name, before), _value(entry, name, after))
        for name, (before, after) in changes_shown(entry).items()
    ]


def details_in_words(entry: Any) -> list[tuple[str, str]]:
    """What else the action says, and its value."""
    return [
        (_label(entry, name), _value(entry, name, value))
        for name, value in details_shown(entry).items()
    ]


def _label(entry: Any, name: str) -> str:
    """The field's name as its form has it, as far as there still is such a field."""
    field = _field(entry, name)
    named = getattr(field, "verbose_name", None) or _LABELS.get(name)
    return str(capfirst(named or name.replace("_", " ")))


def _field(entry: Any, name: str) -> "Field[Any, Any] | None":
    model = entry.content_type.model_class() if entry.content_type else None
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def _value(entry: Any, name: str, value: Any) -> str:
    field = _field(entry, name)
    if isinstance(value, str | int) and not isinstance(value, bool):
        if field is not None and field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, ForeignKey):
            return _related(field, value)
    if name == "type" and isinstance(value, str):
        return _kind(value)
    if name == "reason" and isinstance(value, str):
        return str(_REASONS.get(value, value))
    if name == "counts" and isinstance(value, dict):
        return _counts(value)
    return _plain(value)


def _related(field: ForeignKey[Any, Any], key: object) -> str:
    """What a key stands for, as long as it is there."""
    try:
        found = field.remote_field.model._base_manager.filter(pk=key).first()
    except (ValueError, ValidationError):
        found = None
    return str(found or key)


def _kind(name: str) -> str:
    """What ``contact.contactmessage`` is called."""
    try:
        return str(capfirst(apps.get_model(name)._meta.verbose_name))
    except (LookupError, ValueError):
        return name


def _counts(found: dict[str, Any]) -> str:
    """How much each app had."""
    labels = {source.name: source.label for source in personal_data_sources()}
    return ", ".join(f"{labels.get(name, name)}: {count}" for name, count in found.items())


def _plain(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return _of_mapping(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, str):
        return _moment(value) or value
    return json.dumps(value, ensure_ascii=False)


def _of_mapping(value: dict[str, Any]) -> str:
    """What Wagtail tells of an object: its title, or everything that has a name here."""
    if isinstance(value.get("title"), str):
        return str(value["title"])
    told = {name: each for name, each in value.items() if name in _LABELS}
    if not told:
        return json.dumps(value, ensure_ascii=False)
    return "; ".join(f"{_LABELS[name]}: {_plain(each)}" for name, each in told.items())


def _moment(text: str) -> str:
    """A time as JSON has it, for people; empty if it is none."""
    try:
        moment: datetime | None = parse_datetime(text)
    except ValueError:
        return ""
    if moment is None or not is_aware(moment):
        return ""
    return date_format(localtime(moment), "DATETIME_FORMAT")
