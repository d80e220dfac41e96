"""What this project changes in Wagtail's admin: menus, listings, dashboard, notices."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from content.admin import languages, staged_uploads
from content.admin.dashboard import NextEventsPanel
from content.admin.events import EventViewSet
from content.admin.navigation import NavigationViewSet
from content.admin.testimonials import TestimonialViewSet
from content.admin.translation_hint import warn_about_newer_source

# The things editors work on come first; Wagtail puts pages before everything.
_MENU_ORDER = {"explorer": 300, "images": 400, "documents": 500}
# "Snippets" would be empty, each has its own entry; "Help" leads to a manual for developers.
_HIDDEN_MENU_ITEMS = ("snippets", "help")

staged_uploads.connect()
register_snippet(TestimonialViewSet)
register_snippet(NavigationViewSet)

# In place of simple_translation's page-tree sync: that deletes and unpublishes the original when
# its translation is, does not see copies, and leaves what repeats a page behind in bulk actions.
hooks.register("after_create_page", languages.alias_new_page)
hooks.register("after_copy_page", languages.alias_copied_pages)
hooks.register("construct_translated_pages_to_cascade_actions", languages.move_translations_along)
hooks.register("before_convert_alias_page", languages.keep_converted_alias_private)
hooks.register("after_convert_alias_page", languages.begin_translation)
hooks.register("before_delete_page", languages.refuse_to_delete_alias)
hooks.register("before_unpublish_page", languages.refuse_to_unpublish_alias)
hooks.register("before_bulk_action", languages.refuse_to_remove_aliases)


@hooks.register("register_admin_viewset")
def register_event_listing() -> ViewSet:
    return EventViewSet("content_events", url_prefix="events")


@hooks.register("construct_main_menu")
def arrange_main_menu(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in _HIDDEN_MENU_ITEMS]
    for item in menu_items:
        item.order = _MENU_ORDER.get(item.name, item.order)


@hooks.register("construct_reports_menu")
def leave_out_technical_reports(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    # It lists the names that pages' types have in the code.
    menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("construct_homepage_panels")
def add_next_events(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(NextEventsPanel())


@hooks.register("before_create_page")
def wait_for_draft_in_progress(
    request: HttpRequest, parent_page: Page, _page_class: type[Page]
) -> None:
    """The form saves itself: a click on Save meanwhile would add the page a second time, and end
    in an error at the address both want. The lock lets the form find the address taken instead.
    """
    if request.method == "POST":
        Page.objects.select_for_update().filter(pk=parent_page.pk).first()
        # A parent that had no pages yet would still believe so, and look at none.
        parent_page.refresh_from_db(fields=["numchild"])


@hooks.register("before_edit_page")
def hint_at_newer_source_of_page(request: HttpRequest, page: Page) -> None:
    warn_about_newer_source(request, page.specific)


@hooks.register("before_edit_snippet")
def hint_at_newer_source_of_snippet(request: HttpRequest, instance: Any) -> None:
    warn_about_newer_source(request, instance)


@hooks.register("insert_global_admin_css")
def add_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("content/admin.css"))


@hooks.register("insert_global_admin_js")
def add_scripts() -> str:
    paths = ("content/character-count.js", "content/unnoticed-edits.js")
    return format_html_join("", '<script src="{}"></script>', ((static(path),) for path in paths))
