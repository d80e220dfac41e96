"""Having others approve what somebody may not publish, as in the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from wagtail.models import Page, WorkflowState
from wagtail.permissions import policy_registry

from cms.models import User
from content.publishing.editing import refuse_alias
from content.publishing.problems import ConflictError, refuse_locked
from content.publishing.transitions import require_complete


class Decision(models.TextChoices):
    """What a reviewer can do; the values are the names of Wagtail's actions."""

    APPROVE = "approve"
    REJECT = "reject"


def may_edit(instance: Any, user: User) -> bool:
    """Whether ``user`` may change ``instance``, which is in the database, if nobody locks it."""
    if isinstance(instance, Page):
        return bool(instance.permissions_for_user(user).can_edit())
    policy = policy_registry.get(instance)
    return bool(policy.user_has_permission_for_instance(user, "change", instance))


@transaction.atomic
def submit(*, instance: Any, user: User) -> None:
    """Ask for the approval of the newest version of ``instance``; again, if it was sent back.

    Raises ``PermissionDenied``, `LockedError`, `InvalidContentError` unless it is complete, and
    `ConflictError` if it is an alias, being reviewed, or nobody is there to approve it.
    """
    if not may_edit(instance, user):
        raise PermissionDenied
    refuse_alias(instance)
    state = instance.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        raise ConflictError
    refuse_locked(instance, user)
    if not instance.has_workflow:
        raise ConflictError
    require_complete(instance=instance.get_latest_revision_as_object(), user=user)
    if instance.get_latest_revision() is None:
        instance.save_revision(user=user)
    if state is not None:
        state.resume(user)
    else:
        submit_for_moderation(instance=instance, user=user)


@transaction.atomic
def submit_for_moderation(*, instance: Any, user: User) -> None:
    """Start the workflow that is assigned to ``instance`` with its newest revision.

    Raises ``LookupError`` when no workflow is assigned to it.
    """
    workflow = instance.get_workflow()
    if workflow is None:
        message = f"No workflow is assigned to {instance}."
        raise LookupError(message)
    workflow.start(instance, user)


@transaction.atomic
def review(*, instance: Any, decision: Decision, comment: str, user: User) -> None:
    """Decide on what was submitted; after the last approval Wagtail publishes it.

    Raises ``PermissionDenied`` for who is no reviewer, `LockedError`, `ConflictError` if nothing
    was submitted, and `InvalidContentError` for an approval of what is not complete (any more).
    """
    task = instance.current_workflow_task
    if task is None:
        if not may_edit(instance, user):
            raise PermissionDenied
        raise ConflictError
    if decision not in {name for name, _label, _modal in task.get_actions(instance, user)}:
        raise PermissionDenied
    refuse_locked(instance, user)
    if decision == Decision.APPROVE:
        # Since it was submitted a reviewer may have saved a draft that lacks something.
        require_complete(instance=instance.get_latest_revision_as_object(), user=user)
    task.on_action(instance.current_workflow_task_state, user, str(decision), comment=comment)
