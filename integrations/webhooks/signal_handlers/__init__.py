"""What visitors see differently is recorded when it changes, in the same transaction."""

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import CollectionViewRestriction, Locale, Page, PageViewRestriction, Site
from wagtail.signals import (
    copy_for_translation_done,
    page_published,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from cms.feeds import feed_updated
from content.models import Navigation, SiteSettings, Testimonial
from integrations.webhooks.signal_handlers import pages, site, snippets


def register() -> None:
    """Called once from the app's `ready`."""
    pre_save.connect(pages.remember_former_place)
    page_published.connect(pages.page_was_published)
    page_unpublished.connect(pages.page_was_unpublished)
    post_page_move.connect(pages.page_was_moved)
    pre_delete.connect(pages.page_is_deleted, sender=Page)
    copy_for_translation_done.connect(pages.page_got_alias)
    post_save.connect(pages.page_was_restricted, sender=PageViewRestriction)
    post_delete.connect(pages.page_was_opened, sender=PageViewRestriction)

    published.connect(snippets.snippet_was_published)
    unpublished.connect(snippets.snippet_was_unpublished)
    for snippet in (Testimonial, Navigation):
        pre_save.connect(snippets.remember_whether_live, sender=snippet)
        post_save.connect(snippets.snippet_was_saved, sender=snippet)
        pre_delete.connect(snippets.snippet_is_deleted, sender=snippet)

    for model in (SiteSettings, Site, Locale, CollectionViewRestriction, Tag):
        post_save.connect(site.site_was_changed, sender=model)
        post_delete.connect(site.site_was_changed, sender=model)
    pre_save.connect(site.redirect_will_change, sender=Redirect)
    post_save.connect(site.redirect_was_changed, sender=Redirect)
    post_delete.connect(site.redirect_was_changed, sender=Redirect)
    for file_model in (get_image_model(), get_document_model()):
        post_save.connect(site.file_was_saved, sender=file_model)
        pre_delete.connect(site.file_is_deleted, sender=file_model)
    feed_updated.connect(site.feed_was_updated)
