"""Making, changing and deleting pages and snippets on behalf of a user, as in the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms import BaseForm
from django.utils.text import slugify
from wagtail.actions import action_registry
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page

from cms.models import User
from content.aliases import repeats_source_in_language
from content.publishing.form_problems import draft_problems, form_problems
from content.publishing.forms import Values, bound_form
from content.publishing.problems import (
    ConflictError,
    InvalidContentError,
    LockedError,
    model_problems,
    refuse_locked,
)
from content.publishing.unattended import ensure_translations

_LONGEST_SLUG = 240


@transaction.atomic
def create_page(
    *,
    model: type[Page],
    parent: Page,
    values: Values,
    user: User,
    publish: bool = False,
    refuse: bool = False,
) -> Page:
    """A new page below ``parent``, as a draft or published, and its aliases in other languages.

    ``refuse``: the caller has found something wrong already, so `InvalidContentError` is raised in
    any case, with what else is wrong. Raises ``PermissionDenied`` before that.
    """
    # One after the other, as in the admin: two pages must not get the same place in the tree.
    parent = Page.objects.select_for_update().get(pk=parent.pk).specific
    page = model(owner=user, locale=parent.locale)
    title = values.get("title")
    if not values.get("slug") and isinstance(title, str):
        slug = slugify(title[:_LONGEST_SLUG], allow_unicode=True)
        values = {**values, "slug": find_available_slug(parent, slug) if slug else ""}
    form = bound_form(instance=page, values=values, user=user, parent=parent)
    action = _action(page, "create")(page, parent, user=user, form=form, publish=publish)
    _run(action, form, publish=publish, refuse=refuse)
    created = model._default_manager.get(pk=page.pk)
    ensure_translations(page=created, user=user)
    return created


@transaction.atomic
def create_snippet(
    *,
    model: type[Model],
    locale: Locale,
    values: Values,
    user: User,
    publish: bool = False,
    refuse: bool = False,
) -> Model:
    """A new snippet in the language of ``locale``. Raises as `create_page` does."""
    snippet = model(locale=locale)
    form = bound_form(instance=snippet, values=values, user=user)
    action = _action(snippet, "create")(snippet, user=user, form=form, publish=publish)
    _run(action, form, publish=publish, refuse=refuse)
    return model._default_manager.get(pk=snippet.pk)


@transaction.atomic
def change(
    *,
    instance: Any,
    values: Values,
    user: User,
    publish: bool = False,
    refuse: bool = False,
) -> None:
    """Save ``values`` over ``instance``, its newest version, as a new revision.

    What is live stays as it is unless ``publish``. Raises as `create_page` does, `LockedError`,
    and `ConflictError` for an alias.
    """
    refuse_alias(instance)
    parent = instance.get_parent() if isinstance(instance, Page) else None
    form = bound_form(instance=instance, values=values, user=user, parent=parent)
    action = _action(instance, "edit")(instance, user=user, form=form, publish=publish)
    _run(action, form, publish=publish, refuse=refuse)


@transaction.atomic
def delete(*, instance: Any, user: User) -> None:
    """Delete a page with its aliases, or a snippet. Raises ``PermissionDenied``, `LockedError`."""
    if isinstance(instance, Page) and repeats_source_in_language(instance):
        raise ConflictError
    action = _action(instance, "delete")(instance, user=user)
    action.check()
    refuse_locked(instance, user)
    action.execute()


def refuse_alias(instance: Any) -> None:
    """Raise `ConflictError` for what only repeats another page."""
    if getattr(instance, "alias_of_id", None):
        raise ConflictError


def _action(instance: Model, name: str) -> Any:
    return action_registry.get_action_class(type(instance), name)


def _run(action: Any, form: BaseForm, *, publish: bool, refuse: bool) -> None:
    """Carry ``action`` out unless the user may not, or something is wrong with the form."""
    _check(action)
    problems = form_problems(form) if publish else draft_problems(form)
    if problems or refuse:
        raise InvalidContentError(problems)
    try:
        action.execute()
    except ValidationError as error:
        # Of the model: what is saved to be published is validated once more.
        raise InvalidContentError(model_problems(error)) from error


def _check(action: Any) -> None:
    instance, user = action.instance, action.user
    try:
        action.check()
    except PermissionDenied as error:
        # Wagtail says of a lock only that it is one.
        lock = instance.get_lock() if instance.pk else None
        if lock is not None and lock.for_user(user):
            raise LockedError from error
        raise
