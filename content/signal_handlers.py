"""What happens by itself when content changes."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, pre_delete
from django.http import HttpRequest
from wagtail.models import Page
from wagtail.search import index
from wagtail.signals import copy_for_translation_done, page_published, page_unpublished

from content.aliases import repeated_by, stand_in_until_published, stand_ins
from content.models import EventPage
from content.preview import end_previews
from content.publishing import fill_gap


def register() -> None:
    """Called once from the app's `ready`."""
    page_published.connect(have_stand_ins_follow)
    page_published.connect(date_published_alias)
    page_published.connect(index_published_event, sender=EventPage)
    page_unpublished.connect(unpublish_stand_ins)
    copy_for_translation_done.connect(index_translated_event)
    # The pages themselves are deleted last, when their types' rows are gone.
    pre_delete.connect(remember_repetitions, sender=Page)
    post_delete.connect(delete_repetitions, sender=Page)
    user_logged_out.connect(end_previews_of_session)


def have_stand_ins_follow(instance: Page, **kwargs: Any) -> None:
    """Show the text of a published page where its translation is not published yet.

    Wagtail updates aliases right after this signal, so for that time they are aliases again.
    """
    if instance.alias_of_id is None:
        stand_ins(instance).update(alias_of=instance.pk)
    elif instance.latest_revision_id is not None:
        stand_in_until_published(instance)


def date_published_alias(instance: Page, *, alias: bool = False, **kwargs: Any) -> None:
    """Give an alias what Wagtail forgets: the dates of a source that was a draft before, and that
    a source to be published later is not live yet.
    """
    if not alias:
        return
    source = Page.objects.filter(aliases=instance.pk).first()
    if source is None:
        return
    values = {
        "live": source.live,
        "first_published_at": instance.first_published_at or source.first_published_at,
        "last_published_at": source.last_published_at,
    }
    Page.objects.filter(pk=instance.pk).update(**values)
    for name, value in values.items():
        setattr(instance, name, value)


def index_published_event(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    """Index an event with its speakers and tags: Wagtail does it before they are stored."""
    index.insert_or_update_object(instance)


def index_translated_event(target_obj: Page, **kwargs: Any) -> None:
    """Index what was copied into another language, for the same reason."""
    if isinstance(target_obj, EventPage):
        index.insert_or_update_object(target_obj)


def unpublish_stand_ins(instance: Page, **kwargs: Any) -> None:
    """Unpublish what still shows the text of an unpublished page; aliases Wagtail unpublishes."""
    for page in stand_ins(instance):
        page.unpublish()


def remember_repetitions(instance: Page, **kwargs: Any) -> None:
    """Note what repeats a page before the database forgets it."""
    instance.repetitions = repeated_by(instance)


def delete_repetitions(instance: Page, **kwargs: Any) -> None:
    """Delete what repeats a deleted page, however that was deleted, and fill the gap it leaves.

    Only afterwards: some may have been below the deleted page and are gone already.
    """
    for pk in instance.repetitions:
        page = Page.objects.filter(pk=pk).first()
        if page is not None:
            page.delete()
    if instance.alias_of_id is None:
        fill_gap(deleted=instance)


def end_previews_of_session(request: HttpRequest, **kwargs: Any) -> None:
    """Nobody goes on reading drafts at an address that was open before somebody signed out."""
    if request.session.session_key:
        end_previews(session_key=request.session.session_key)
