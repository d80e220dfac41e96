"""How code changes content that comes from no form: imports, demo site, setup, the scheduler.

Without a ``user`` nothing is checked: the caller is then the site itself.
"""

from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Least, Now
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.actions.create import CreateAction
from wagtail.models import Locale, Page, Revision

_LANDING_PAGE_DEPTH = 2

AnyPage = TypeVar("AnyPage", bound=Page)
AnyModel = TypeVar("AnyModel", bound=models.Model)


@transaction.atomic
def add_page(*, parent: Page, page: AnyPage, user: AbstractBaseUser | None = None) -> AnyPage:
    """Save the new ``page`` as a draft below ``parent``, with its first revision.

    ``page.locale`` is the parent's unless it is set; a translation also sets its source's
    ``translation_key``. Raises ``ValidationError``, or ``PermissionDenied`` for ``user``.
    """
    if user and not parent.permissions_for_user(user).can_add_subpage():
        raise PermissionDenied
    page.live = False
    page.owner = user
    if not page.locale_id:
        page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision(user=user, log_action=True)
    return page


@transaction.atomic
def save_revision(*, instance: Any, user: AbstractBaseUser | None = None) -> None:
    """Save the changes made to ``instance`` as its newest revision; what is live stays as it is."""
    instance.save_revision(user=user, log_action=True)


@transaction.atomic
def publish(*, instance: AnyModel, user: AbstractBaseUser | None = None) -> AnyModel:
    """Make the newest revision of ``instance`` live, or schedule it when it has a ``go_live_at``.

    Aliases follow. Answers the object as it is now stored; may raise ``PermissionDenied``.
    """
    instance.get_latest_revision().publish(user=user)  # type: ignore[attr-defined]
    return type(instance)._default_manager.get(pk=instance.pk)


@transaction.atomic
def publish_scheduled(*, revision: Revision) -> None:
    """Make ``revision``, which was approved for a time that has come, live."""
    revision.publish(log_action="wagtail.publish.scheduled")


@transaction.atomic
def withdraw_expired(*, instance: Any) -> None:
    """Unpublish the page or snippet ``instance``, whose time is over."""
    if isinstance(instance, Page):
        instance = instance.specific
    instance.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


@transaction.atomic
def add_snippet(*, snippet: AnyModel, user: AbstractBaseUser | None = None) -> AnyModel:
    """Save the new ``snippet`` with its first revision and publish it.

    Raises ``ValidationError``, or ``PermissionDenied`` for ``user``.
    """
    CreateAction(snippet, user=user, publish=True).execute()
    return type(snippet)._default_manager.get(pk=snippet.pk)


@transaction.atomic
def ensure_translations(*, page: Page, user: AbstractBaseUser | None = None) -> list[Page]:
    """Add an alias of ``page`` in every language that has no translation of it yet.

    Answers the new aliases.
    """
    existing = page.get_translations(inclusive=True).values("locale_id")
    configured = [code for code, _name in settings.LANGUAGES]
    return [
        CopyPageForTranslationAction(
            page, locale, copy_parents=True, alias=True, user=user
        ).execute(skip_permission_checks=True)
        for locale in Locale.objects.filter(language_code__in=configured).exclude(pk__in=existing)
    ]


@transaction.atomic
def ensure_subtree_translations(*, page: Page, user: AbstractBaseUser | None = None) -> list[Page]:
    """Add the aliases that ``page`` and everything below it lack in other languages.

    Answers the new aliases.
    """
    pages = page.get_descendants(inclusive=True).specific()
    return [alias for each in pages for alias in ensure_translations(page=each, user=user)]


@transaction.atomic
def fill_gap(*, deleted: Page) -> None:
    """Alias what is left of ``deleted`` in other languages where it was, with all that is below.

    Nothing happens when the page above was deleted too, nor for the landing page of a language.
    Readers get other words there from now on, so that is when these were published; and as the
    public identity outlives the page, so does the time of its first publication.
    """
    parent_path = deleted.path[: -deleted.steplen]
    if deleted.depth <= _LANDING_PAGE_DEPTH or not Page.objects.filter(path=parent_path).exists():
        return
    others = Page.objects.filter(translation_key=deleted.translation_key, alias_of=None)
    source = others.exclude(pk=deleted.pk).order_by("pk").first()
    if source is None:
        return
    aliases = ensure_subtree_translations(page=source)
    published = Page.objects.filter(pk__in=[alias.pk for alias in aliases], live=True)
    published.update(
        first_published_at=Least(
            "first_published_at", Value(deleted.first_published_at, DateTimeField())
        ),
        last_published_at=Now(),
    )
