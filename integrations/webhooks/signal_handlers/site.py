"""What belongs to the whole site, files, and the feeds of integrations."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model

from cms.feeds import CONTRIBUTIONS, PROJECTS
from integrations.webhooks import changes, outbox
from integrations.webhooks.event_types import EventType

_FEEDS = {
    PROJECTS: EventType.PROJECTS_UPDATED,
    CONTRIBUTIONS: EventType.CONTRIBUTIONS_UPDATED,
}


def site_was_changed(
    instance: Model, *, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    # A new tag is on nothing yet: whatever gets it is published with it.
    is_seen = not (created and isinstance(instance, Tag))
    if is_seen and not raw and outbox.is_wanted("site"):
        outbox.record(changes.of_site(instance))


def redirect_will_change(instance: Redirect, **kwargs: Any) -> None:
    """The path that an edited redirect had is free again."""
    stored = Redirect.objects.filter(pk=instance.pk) if instance.pk else Redirect.objects.none()
    instance.former_path = stored.values_list("old_path", flat=True).first()


def redirect_was_changed(instance: Redirect, *, raw: bool = False, **kwargs: Any) -> None:
    if not raw and outbox.is_wanted("site"):
        former_path = getattr(instance, "former_path", None)
        outbox.record(changes.of_redirect(instance, former_path=former_path))


def file_was_saved(
    instance: Model, *, created: bool = False, raw: bool = False, **kwargs: Any
) -> None:
    # Nothing shows a new file yet.
    if not created and not raw:
        _record_file(instance)


def file_is_deleted(instance: Model, **kwargs: Any) -> None:
    _record_file(instance)


def _record_file(instance: Model) -> None:
    is_image = isinstance(instance, get_image_model())
    event_type = EventType.IMAGE_CHANGED if is_image else EventType.SITE_CHANGED
    if outbox.is_wanted(event_type.partition(".")[0]):
        change = changes.of_file(event_type, instance)
        if change is not None:
            outbox.record(change)


def feed_was_updated(
    sender: type[Model], feed: str, api_urls: Iterable[str], **kwargs: Any
) -> None:
    event_type = _FEEDS[feed]
    if outbox.is_wanted(feed):
        outbox.record(changes.of_feed(event_type, sender._meta.label, api_urls))
