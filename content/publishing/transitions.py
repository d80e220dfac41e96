"""What is done to the versions of a page or snippet on behalf of a user."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions import action_registry
from wagtail.models import Page, Revision
from wagtail.permissions import policy_registry

from cms.models import User
from content.publishing.editing import change, refuse_alias
from content.publishing.form_problems import form_problems
from content.publishing.forms import Values, bound_form
from content.publishing.problems import (
    ConflictError,
    InvalidContentError,
    Problem,
    refuse_locked,
)


def may_publish(instance: Any, user: User) -> bool:
    """Whether ``user`` may publish ``instance``, which is in the database."""
    if isinstance(instance, Page):
        return bool(instance.permissions_for_user(user).can_publish())
    policy = policy_registry.get(instance)
    return bool(policy.user_has_permission_for_instance(user, "publish", instance))


@transaction.atomic
def publish_latest(*, instance: Any, user: User) -> None:
    """Make the newest version of ``instance`` live, or due at its ``go_live_at``.

    It has to be complete, as for the admin's button. Raises ``PermissionDenied``, `LockedError`,
    `InvalidContentError`, and `ConflictError` for an alias.
    """
    if not may_publish(instance, user):
        raise PermissionDenied
    refuse_alias(instance)
    refuse_locked(instance, user)
    require_complete(instance=instance.get_latest_revision_as_object(), user=user)
    revision = instance.get_latest_revision() or instance.save_revision(user=user)
    action = action_registry.get_action_class(type(instance), "publish")
    action(revision, user=user).execute()


def require_complete(*, instance: Any, user: User) -> None:
    """Raise `InvalidContentError` unless the version ``instance`` could be published as it is."""
    parent = instance.get_parent() if isinstance(instance, Page) else None
    form = bound_form(instance=instance, values={}, user=user, parent=parent)
    if problems := form_problems(form):
        raise InvalidContentError(problems)


@transaction.atomic
def unpublish(*, instance: Any, user: User) -> None:
    """Take ``instance``, as it is in the database, off the site; with its aliases.

    Raises ``PermissionDenied``, `LockedError`, and `ConflictError` for what is not live.
    """
    if not may_publish(instance, user):
        raise PermissionDenied
    refuse_alias(instance)
    refuse_locked(instance, user)
    if not instance.live:
        raise ConflictError
    action_registry.get_action_class(type(instance), "unpublish")(instance, user=user).execute()


@transaction.atomic
def publish_at(*, instance: Any, times: Values, user: User) -> None:
    """Publish the newest version of ``instance`` at ``times["go_live_at"]``.

    ``times`` may have an ``expire_at``, too. A time that was set before is replaced. Raises as
    `publish_latest` does.
    """
    go_live_at: datetime = times["go_live_at"]
    if go_live_at <= timezone.now():
        message = _("This has to be in the future.")
        raise InvalidContentError([Problem(("go_live_at",), "past", message)])
    if not may_publish(instance, user):
        raise PermissionDenied
    if scheduled(instance).exists():
        _forget_schedule(instance, user)
        instance = type(instance)._default_manager.get(pk=instance.pk)
    newest = instance.get_latest_revision_as_object()
    change(instance=newest, values=times, user=user, publish=True)


def scheduled(instance: Any) -> Any:
    """The revision of ``instance`` that a time is set for: none or one."""
    return instance.revisions.filter(approved_go_live_at__isnull=False)


@transaction.atomic
def cancel_schedule(*, instance: Any, user: User) -> None:
    """Forget that a version of ``instance`` was to be published later.

    The newest version loses its ``go_live_at``, too: publishing it would settle that time again.
    Raises ``PermissionDenied``, and `ConflictError` if none was.
    """
    if not may_publish(instance, user):
        raise PermissionDenied
    if not scheduled(instance).exists():
        raise ConflictError
    _forget_schedule(instance, user)
    newest = type(instance)._default_manager.get(pk=instance.pk).get_latest_revision_as_object()
    if newest.go_live_at is not None:
        newest.go_live_at = None
        # Not validated: a draft may lack something, and cancelling is not to wait for it.
        newest.save_revision(user=user, log_action=True, clean=False)


def _forget_schedule(instance: Any, user: User) -> None:
    for revision in scheduled(instance):
        revision.approved_go_live_at = None
        # It writes the log entry, too.
        revision.save(user=user, update_fields=["approved_go_live_at"])


@transaction.atomic
def restore(*, instance: Any, revision: Revision, user: User) -> None:
    """Make an earlier ``revision`` of ``instance`` its newest draft.

    Raises ``PermissionDenied``, `LockedError`, and `ConflictError` for an alias.
    """
    action_class = action_registry.get_action_class(type(instance), "revert")
    refuse_alias(instance)
    # Not validated: what was a draft may be one again.
    action = action_class(instance, revision, user=user, clean=False)
    action.check()
    refuse_locked(instance, user)
    action.execute()
