"""What happens by itself when content changes."""

from typing import Any

from wagtail.search import index
from wagtail.signals import page_published

from content.models import EventPage


def register() -> None:
    """Called once from the app's `ready`."""
    page_published.connect(index_published_event, sender=EventPage)


def index_published_event(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    """Index an event with its speakers and tags: Wagtail does it before they are stored."""
    index.insert_or_update_object(instance)
