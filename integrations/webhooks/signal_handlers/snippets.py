"""Testimonials, and the navigation, which belongs to the whole site."""

from collections.abc import Collection
from typing import Any

from content.models import Navigation, Testimonial
from integrations.webhooks import changes, outbox
from integrations.webhooks.event_types import EventType

# What Wagtail notes of drafts, schedules and locks; visitors see nothing of it.
_BOOKKEEPING = {
    "approved_schedule",
    "expire_at",
    "expired",
    "first_published_at",
    "go_live_at",
    "has_unpublished_changes",
    "last_published_at",
    "latest_revision",
    "live_revision",
    "locked",
    "locked_at",
    "locked_by",
}


def remember_whether_live(
    sender: type[Any],
    instance: Any,
    update_fields: Collection[str] | None = None,
    **kwargs: Any,
) -> None:
    if instance.pk and update_fields is None:
        instance.was_live_before_save = _is_live(instance)


def snippet_was_published(instance: Any, **kwargs: Any) -> None:
    if instance.live:
        _record(EventType.SNIPPET_PUBLISHED, instance)
    elif getattr(instance, "was_live_before_save", False):
        # To be published later, and off the site until then.
        _record(EventType.SNIPPET_UNPUBLISHED, instance)


def snippet_was_unpublished(instance: Any, **kwargs: Any) -> None:
    _record(EventType.SNIPPET_UNPUBLISHED, instance)


def snippet_was_saved(
    instance: Any,
    update_fields: Collection[str] | None = None,
    *,
    raw: bool = False,
    **kwargs: Any,
) -> None:
    """Saved by code that goes without revisions, like putting testimonials in order."""
    if raw or not instance.live:
        return
    if update_fields is not None and set(update_fields) <= _BOOKKEEPING:
        return
    is_order = update_fields is not None and set(update_fields) == {"sort_order"}
    _record(EventType.SNIPPET_PUBLISHED, instance, is_order=is_order)


def snippet_is_deleted(instance: Any, **kwargs: Any) -> None:
    if _is_live(instance):
        _record(EventType.SNIPPET_DELETED, instance)


def _is_live(instance: Any) -> bool:
    stored = type(instance)._default_manager.filter(pk=instance.pk)
    return bool(stored.filter(live=True).exists())


def _record(event_type: EventType, instance: Any, *, is_order: bool = False) -> None:
    if isinstance(instance, Navigation) and outbox.is_wanted("site"):
        outbox.record(changes.of_navigation(instance))
    if isinstance(instance, Testimonial) and outbox.is_wanted("snippet"):
        if outbox.is_recorded(event_type, instance.pk, object_type=instance._meta.label):
            return
        change = (
            changes.of_order(instance) if is_order else changes.of_testimonial(event_type, instance)
        )
        outbox.record(change)
