"""What happens when something of ours is published."""

from typing import Any

from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.signals import page_published

from content.models import EventPage


def index_published_event(instance: EventPage, **kwargs: Any) -> None:
    """Index ``instance`` with its speakers, programme and tags.

    The search index listens to Django's post_save, when those are not stored yet.
    """
    post_save_signal_handler(instance)


def register() -> None:
    """Called once from the app's `ready`."""
    page_published.connect(index_published_event, sender=EventPage)
