"""The log as one list, although Wagtail keeps entries of pages in a table of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet, Value
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.admin_api.audit.entries import (
    KEY,
    changes_shown,
    details_shown,
    object_id,
    object_type,
)

PERMISSION = "admin_api.view_audit_log"

_TABLES = {"model": ModelLogEntry, "page": PageLogEntry}


@dataclass(frozen=True)
class Conditions:
    """What is looked for; None where anything will do."""

    object: tuple[ContentType, str] | None = None
    user: int | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def as_filter(self) -> Q:
        """What both tables are asked alike."""
        wanted = {
            "user_id": self.user,
            "action": self.action,
            "timestamp__gte": self.since,
            "timestamp__lt": self.until,
        }
        return Q(**{name: value for name, value in wanted.items() if value is not None})


def entries_matching(conditions: Conditions) -> QuerySet[Any, dict[str, Any]]:
    """The newest first: `table`, `pk` and `timestamp`. Who has `PERMISSION` may see them all."""
    parts = [
        _part(name, conditions).values("pk", "timestamp", "table").order_by() for name in _TABLES
    ]
    first, second = parts
    return first.union(second, all=True).order_by("-timestamp", "table", "-pk")


def load(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the API answers of entries, in the order given."""
    wanted = list(rows)
    found: dict[tuple[str, int], Any] = {}
    for name, model in _TABLES.items():
        keys = [row["pk"] for row in wanted if row["table"] == name]
        # Not with the user: a join would lose entries of accounts that were deleted.
        found.update({(name, entry.pk): entry for entry in model.objects.filter(pk__in=keys)})
    return [_answer(row["table"], found[row["table"], row["pk"]]) for row in wanted]


def of_object(content_type: ContentType, identifier: str) -> Q:
    """Entries of one object that is no page, and those of lists that showed it among others."""
    name = object_type(content_type.pk)
    # The key is asked for by itself, too: the index has only entries with it.
    listed = Q(data__has_key="ids", data__contains={"type": name, "ids": [identifier]})
    return Q(content_type=content_type, object_id=identifier) | listed


def _part(name: str, conditions: Conditions) -> QuerySet[Any]:
    rows = _TABLES[name].objects.filter(conditions.as_filter())
    if conditions.object is not None:
        content_type, identifier = conditions.object
        if name == "model":
            wanted = of_object(content_type, identifier)
        else:
            # Pages have numbers; `none()` could not be part of a union.
            number = int(identifier) if identifier.isdecimal() else None
            wanted = Q(page_id=number, content_type=content_type)
        rows = rows.filter(wanted)
    return rows.annotate(table=Value(name, output_field=CharField()))


def _answer(table: str, entry: Any) -> dict[str, Any]:
    audit = entry.data.get(KEY, {})
    user = {"id": entry.user_id, "name": audit.get("user")} if entry.user_id else None
    return {
        "id": f"{table}-{entry.pk}",
        "timestamp": entry.timestamp,
        "action": entry.action,
        "user": user,
        "object": {
            "type": object_type(entry.content_type_id),
            "id": object_id(entry),
            "title": entry.label,
        },
        "channel": audit.get("channel"),
        "request_id": audit.get("request_id"),
        "client": audit.get("client"),
        "changes": [
            {"field": name, "before": before, "after": after}
            for name, (before, after) in changes_shown(entry).items()
        ],
        "details": details_shown(entry),
    }
