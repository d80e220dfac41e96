"""In which state pages and snippets are: published, scheduled, locked, under review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import BigIntegerField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from wagtail.locks import BasicLock
from wagtail.models import Page, Revision, WorkflowState

from cms.models import User


class State(models.TextChoices):
    """Each object is in exactly one."""

    DRAFT = "draft"
    LIVE = "live"
    LIVE_WITH_DRAFT = "live_with_draft"
    SCHEDULED = "scheduled"
    EXPIRED = "expired"


def in_state(model: type[Model], state: str, now: datetime) -> Q:
    """Condition for the rows of ``model`` that are in ``state``."""
    scheduled = Q(pk__in=_scheduled_ids(model))
    expired = Q(live=False, expired=True) | Q(live=True, expire_at__lte=now)
    match state:
        case State.SCHEDULED:
            return scheduled
        case State.EXPIRED:
            return expired & ~scheduled
        case State.DRAFT:
            return Q(live=False, expired=False) & ~scheduled
    is_changed = state == State.LIVE_WITH_DRAFT
    return Q(live=True, has_unpublished_changes=is_changed) & ~expired & ~scheduled


def _base(model: type[Model]) -> ContentType:
    # Wagtail keeps revisions and reviews of every page under the base of all pages.
    return ContentType.objects.get_for_model(Page if issubclass(model, Page) else model)


def _scheduled_ids(model: type[Model]) -> QuerySet[Any]:
    scheduled = Revision.objects.filter(
        base_content_type=_base(model), approved_go_live_at__isnull=False
    )
    return scheduled.annotate(number=Cast("object_id", BigIntegerField())).values("number")


@dataclass(frozen=True)
class Publication:
    """What is known of the rows of one answer, for the user who asks."""

    user: User
    now: datetime
    scheduled: frozenset[int]
    reviews: dict[int, WorkflowState]

    @classmethod
    def load(cls, rows: Sequence[Any], *, user: User, now: datetime) -> "Publication":
        """Two queries for any number of ``rows`` of one model."""
        if not rows:
            return cls(user, now, frozenset(), {})
        of_rows = {
            "base_content_type": _base(type(rows[0])),
            "object_id__in": [str(row.pk) for row in rows],
        }
        scheduled = Revision.objects.filter(approved_go_live_at__isnull=False, **of_rows)
        reviews = WorkflowState.objects.active().filter(**of_rows)
        related = ("workflow", "requested_by", "current_task_state__task")
        return cls(
            user,
            now,
            frozenset(int(pk) for pk in scheduled.values_list("object_id", flat=True)),
            {int(review.object_id): review for review in reviews.select_related(*related)},
        )

    def state(self, row: Any) -> State:
        if row.pk in self.scheduled:
            return State.SCHEDULED
        if not row.live:
            return State.EXPIRED if row.expired else State.DRAFT
        if row.expire_at and row.expire_at <= self.now:
            return State.EXPIRED
        return State.LIVE_WITH_DRAFT if row.has_unpublished_changes else State.LIVE

    def is_locked(self, row: Any) -> bool:
        """Whether somebody's lock, a schedule or a review keeps the user from changing it."""
        if row.pk in self.scheduled:
            return True
        if row.locked:
            return bool(BasicLock(row).for_user(self.user))
        review = self.reviews.get(row.pk)
        if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS:
            return False
        task_state = review.current_task_state
        return task_state is not None and self._keeps_out(task_state.task, row)

    def review(self, row: Any) -> WorkflowState | None:
        return self.reviews.get(row.pk)

    @cached_property
    def _tasks(self) -> dict[int, bool]:
        return {}

    def _keeps_out(self, task: Any, row: Any) -> bool:
        """Whether who is no reviewer of ``task`` is the user; asked once for each task."""
        if task.pk not in self._tasks:
            self._tasks[task.pk] = bool(task.specific.locked_for_user(row, self.user))
        return self._tasks[task.pk]
