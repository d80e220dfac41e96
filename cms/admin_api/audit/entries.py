"""Every entry of Wagtail's log says where it came from; it can only be added to.

`data["audit"]` has `channel`, `request_id`, `client` (a network), `user` (the name, which outlives
the account) and `changes`, by field what was before and after. Whoever calls Wagtail's `log` need
not know of it: the entry is completed before it is stored. Once its transaction is committed, it is
a line of the server's log as well, without names and contents.
"""

import logging
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from wagtail.models import BaseLogEntry, Page

from cms.admin_api.audit.changes import Changes, changes_of
from cms.models import User
from cms.origin import origin

KEY = "audit"
_FROM_AND_TO = frozenset({"from", "to"})
_FIELD = "field"
"""Of what `from` and `to` tell; without it, of the state."""

logger = logging.getLogger("cms.audit")


def complete(sender: type[Model], instance: Model, **_others: Any) -> None:
    """Receiver of `pre_save`: fill in what is known of the request."""
    if isinstance(instance, BaseLogEntry) and instance._state.adding and KEY not in instance.data:
        where_from = origin()
        _name_type_of_page(instance)
        instance.data = {
            **instance.data,
            KEY: {
                "channel": where_from.channel.value,
                "request_id": where_from.request_id,
                "client": where_from.client,
                "user": _name(instance.user_id),
                "changes": changes_of(instance),
            },
        }


def announce(sender: type[Model], instance: Model, *, created: bool, **_others: Any) -> None:
    """Receiver of `post_save`: a line of the log, once nothing can take the entry back."""
    if isinstance(instance, BaseLogEntry) and created:
        transaction.on_commit(lambda: _write_line(instance))


def changes_shown(entry: Any) -> Changes:
    """By field what was before and after, as found or as the entry tells itself."""
    changes: Changes = dict(entry.data.get(KEY, {}).get("changes") or {})
    if entry.data.keys() >= _FROM_AND_TO:
        changes.setdefault(entry.data.get(_FIELD, "state"), [entry.data["from"], entry.data["to"]])
    return changes


def details_shown(entry: Any) -> dict[str, Any]:
    """What else its action says: whose data were listed, which permission where."""
    told = {KEY, *((*_FROM_AND_TO, _FIELD) if entry.data.keys() >= _FROM_AND_TO else ())}
    return {name: value for name, value in entry.data.items() if name not in told}


def object_type(content_type_id: int | None) -> str | None:
    """Like `content.eventpage`."""
    if content_type_id is None:
        return None
    content_type = ContentType.objects.get_for_id(content_type_id)
    return f"{content_type.app_label}.{content_type.model}"


def _name_type_of_page(entry: Any) -> None:
    """Of pages that are moved or unpublished together, Wagtail knows only that they are pages."""
    is_any = entry.content_type is not None and entry.content_type.model_class() is Page
    page = Page.objects.filter(pk=entry.page_id).first() if is_any else None
    if page is not None:
        entry.content_type_id = page.content_type_id


def _name(user_id: int | None) -> str | None:
    if user_id is None:
        return None
    user = User.objects.filter(pk=user_id).only("username", "first_name", "last_name").first()
    return (user.get_full_name() or user.get_username()) if user else None


def _write_line(entry: Any) -> None:
    audit = entry.data.get(KEY, {})
    logger.info(
        "Audit: %s",
        entry.action,
        extra={
            "action": entry.action,
            "user_id": entry.user_id,
            "object": f"{object_type(entry.content_type_id)}:{object_id(entry)}",
            "channel": audit.get("channel"),
            "client": audit.get("client"),
            "fields": sorted(changes_shown(entry)),
        },
    )


def object_id(entry: Any) -> str:
    """The id as a text, of a page or of anything else."""
    return str(entry.page_id if hasattr(entry, "page_id") else entry.object_id)
