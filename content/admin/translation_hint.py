"""Tells who edits a translation that its source was published again since."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import DraftStateMixin, TranslatableMixin


def source_published_later(translation: TranslatableMixin) -> DraftStateMixin | None:
    """The object in the default language, if it was published after ``translation`` was edited."""
    if not isinstance(translation, DraftStateMixin) or getattr(translation, "alias_of_id", None):
        return None
    source = (
        translation.get_translations()
        .filter(locale__language_code=settings.LANGUAGE_CODE, live=True)
        .first()
    )
    edited = _last_edited(translation)
    if source is None or edited is None or source.last_published_at is None:
        return None
    return source if source.last_published_at > edited else None


def _last_edited(translation: DraftStateMixin) -> datetime | None:
    revision = translation.latest_revision
    return revision.created_at if revision else translation.last_published_at


def warn_about_newer_source(request: HttpRequest, translation: Any) -> None:
    """Add the notice to the edit form of a page or snippet; nothing when it is up to date."""
    if request.method != "GET" or not isinstance(translation, TranslatableMixin):
        return
    source = source_published_later(translation)
    if source is None:
        return
    moment = date_format(localtime(source.last_published_at), "DATETIME_FORMAT")
    url = AdminURLFinder(request.user).get_edit_url(source)
    buttons = [messages.button(url, _("Open the original"))] if url else []
    messages.warning(
        request,
        _("The original of this translation was published on %(moment)s, after your last change.")
        % {"moment": moment},
        buttons=buttons,
    )
