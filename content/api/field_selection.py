"""The `fields` parameter in Wagtail API v2's syntax, applied to a serializer."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from wagtail.api.v2.utils import parse_fields_parameter

from cms.http.problems import QueryParameterError

FieldsConfig = Sequence[tuple[str, bool, Any]]


def parse_fields(text: str) -> FieldsConfig:
    """`title,cover(src)` → Wagtail's list of (name, negated, nested)."""
    try:
        config: FieldsConfig = parse_fields_parameter(text)
    except (ValueError, RecursionError) as error:
        message = _("This cannot be read: %(reason)s.") % {"reason": error}
        raise QueryParameterError("fields", "invalid", message) from error
    return config


def field_names(serializer: serializers.Serializer[Any]) -> list[str]:
    """Names that may be asked for; those of `meta` stand on the top level, as in Wagtail."""
    names = [name for name in list(serializer.fields.keys()) if name != "meta"]
    meta = serializer.fields.get("meta")
    return names + (list(meta.fields.keys()) if isinstance(meta, serializers.Serializer) else [])


def refuse_unknown_fields(config: FieldsConfig, known: Collection[str]) -> None:
    """Raise `QueryParameterError` for names that are not in ``known``."""
    names = {name for name, _negated, _nested in config}
    if not names - {"_"}:
        raise QueryParameterError("fields", "invalid", _("Name at least one field."))
    if unknown := sorted(names - set(known) - {"*", "_"}):
        message = _("There are no such fields: %(names)s.") % {"names": ", ".join(unknown)}
        raise QueryParameterError("fields", "unknown", message)


def refuse_detail_fields(config: FieldsConfig, detail_only: Collection[str]) -> None:
    """Raise `QueryParameterError` for names that a list cannot answer."""
    asked = {name for name, negated, _nested in config if not negated}
    if refused := sorted(asked.intersection(detail_only)):
        message = _("Only a single page answers this, no list: %(names)s.")
        raise QueryParameterError("fields", "invalid", message % {"names": ", ".join(refused)})


def select_fields(
    serializer: serializers.Serializer[Any], config: FieldsConfig, defaults: Collection[str]
) -> None:
    """Take from ``serializer`` what ``config`` does not ask for; names it lacks are passed over."""
    available = field_names(serializer)
    chosen, config = _start(available, config, defaults)
    nested: dict[str, FieldsConfig] = {}
    for name, negated, children in config:
        if name not in available:
            continue
        (chosen.discard if negated else chosen.add)(name)
        if children:
            nested[name] = children
    _prune(serializer, chosen)
    for name, children in nested.items():
        _select_nested(serializer, name, children)


def _start(
    available: Collection[str], config: FieldsConfig, defaults: Collection[str]
) -> tuple[set[str], FieldsConfig]:
    first = config[0][0] if config else ""
    if first == "*":
        return set(available), config[1:]
    if first == "_":
        return set(), config[1:]
    return set(defaults), config


def _prune(serializer: serializers.Serializer[Any], chosen: Collection[str]) -> None:
    meta = serializer.fields.get("meta")
    if isinstance(meta, serializers.Serializer):
        for name in set(meta.fields.keys()) - set(chosen):
            del meta.fields[name]
        if not meta.fields:
            del serializer.fields["meta"]
    for name in set(serializer.fields.keys()) - set(chosen) - {"meta"}:
        del serializer.fields[name]


def _select_nested(
    serializer: serializers.Serializer[Any], name: str, children: FieldsConfig
) -> None:
    field = serializer.fields.get(name)
    inner = field.child if isinstance(field, serializers.ListSerializer) else field
    if not isinstance(inner, serializers.Serializer):
        message = _("“%(name)s” has no fields of its own.") % {"name": name}
        raise QueryParameterError("fields", "invalid", message)
    names = field_names(inner)
    refuse_unknown_fields(children, names)
    select_fields(inner, children, names)
