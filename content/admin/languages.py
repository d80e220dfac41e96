"""What editors do to a page in one language, and what follows in the others."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page

from cms.models import User
from content.aliases import keep_private, repeats_source_in_language, stand_in_until_published
from content.publishing import ensure_subtree_translations, ensure_translations

_REFUSALS = {
    "delete": gettext_lazy(
        "“%(title)s” only repeats its original and cannot be deleted alone: delete the original."
    ),
    "unpublish": gettext_lazy(
        "“%(title)s” only repeats its original and cannot be unpublished alone: "
        "unpublish the original."
    ),
}


def alias_new_page(request: HttpRequest, page: Page) -> None:
    ensure_translations(page=page, user=_user(request))


def alias_copied_pages(request: HttpRequest, _page: Page, new_page: Page) -> None:
    ensure_subtree_translations(page=new_page, user=_user(request))


def move_translations_along(pages: list[Page], action: str) -> dict[Page, Any]:
    """Moving a page moves it in every language; nothing else that is done to one is done to all."""
    if action != "move":
        return {}
    return {page: page.get_translations() for page in pages}


def keep_converted_alias_private(request: HttpRequest, page: Page) -> None:
    if request.method == "POST":
        keep_private(page)


def begin_translation(_request: HttpRequest, page: Page) -> None:
    stand_in_until_published(page)


def refuse_to_delete_alias(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refuse(request, page, "delete") if repeats_source_in_language(page) else None


def refuse_to_unpublish_alias(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refuse(request, page, "unpublish") if repeats_source_in_language(page) else None


def refuse_to_remove_aliases(
    request: HttpRequest, action_type: str, objects: list[Any], _action: Any
) -> HttpResponse | None:
    """Refuse to delete or unpublish aliases alone; those whose source is selected too go along
    with it.
    """
    if action_type not in _REFUSALS or not all(isinstance(page, Page) for page in objects):
        return None
    selected = {page.pk for page in objects}
    alone = [page for page in objects if repeats_source_in_language(page)]
    for page in alone:
        if page.alias_of_id not in selected:
            return _refuse(request, page, action_type)
    objects[:] = _without_repetitions(objects, selected)
    return None


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _without_repetitions(pages: Iterable[Page], selected: set[int]) -> list[Page]:
    return [page for page in pages if page.alias_of_id not in selected]


def _refuse(request: HttpRequest, page: Page, action_type: str) -> HttpResponse:
    url = AdminURLFinder(request.user).get_edit_url(page.alias_of.specific)
    messages.error(
        request,
        _REFUSALS[action_type] % {"title": page.get_admin_display_title()},
        buttons=[messages.button(url, _("Open the original"))] if url else [],
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)
