"""Beginning the translation of a page or snippet on behalf of a user."""

from typing import Any

from django.db import transaction
from wagtail.actions import action_registry
from wagtail.models import Locale, Page

from cms.models import User
from content.aliases import keep_private, stand_in_until_published
from content.publishing.problems import ConflictError


@transaction.atomic
def translate(*, instance: Any, locale: Locale, user: User) -> Any:
    """A draft of ``instance`` in another language, with its words, for somebody to translate.

    Of a page the alias in that language becomes one; the public goes on reading the original's
    words there until the draft is published. Raises ``PermissionDenied``, and `ConflictError` when
    there is a translation.
    """
    versions = instance.get_translations(inclusive=True)
    existing = versions.filter(locale=locale).first()
    if isinstance(instance, Page):
        return _translate_page(instance, existing, locale, user)
    if existing is not None:
        raise ConflictError
    action = action_registry.get_action_class(type(instance), "copy_for_translation")
    copy = action(instance, locale, user=user).execute()
    # Wagtail clears them in a copy of a page.
    copy.first_published_at = copy.last_published_at = None
    create = action_registry.get_action_class(type(instance), "create")
    return create(copy, user=user).execute(skip_permission_checks=True)


def _translate_page(page: Page, existing: Page | None, locale: Locale, user: User) -> Page:
    if existing is None:
        copy = action_registry.get_action_class(type(page), "copy_for_translation")
        translated: Page = copy(page, locale, copy_parents=True, user=user).execute()
        return translated
    if not existing.alias_of_id:
        raise ConflictError
    convert = action_registry.get_action_class(type(existing), "convert_alias")
    action = convert(existing, user=user)
    action.check()
    keep_private(existing)
    converted: Page = action.execute()
    stand_in_until_published(converted)
    return converted
