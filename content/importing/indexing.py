"""One update of the search index and the reference index for each imported event.

Wagtail updates both at every save, and publishing one event with its aliases saves four times. The
search index works out an average over all of its entries each time.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db.models.signals import post_save
from modelsearch.backends import get_search_backends
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import copy_for_translation_done, page_published

from content.models import EventPage
from content.signal_handlers import index_published_event, index_translated_event


@contextmanager
def indexed_by_hand() -> Iterator[None]:
    """Meanwhile, only `index_events` indexes events. For a process that does nothing else."""
    post_save.disconnect(post_save_signal_handler, sender=EventPage)
    page_published.disconnect(index_published_event, sender=EventPage)
    copy_for_translation_done.disconnect(index_translated_event)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        post_save.connect(post_save_signal_handler, sender=EventPage)
        page_published.connect(index_published_event, sender=EventPage)
        copy_for_translation_done.connect(index_translated_event)


def index_events(events: Iterable[EventPage]) -> None:
    events = list(events)
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(EventPage, events)
    for event in events:
        ReferenceIndex.create_or_update_for_object(event)
