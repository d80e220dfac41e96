"""Publishes and withdraws pages and snippets at the times that editors have set.

Each item is a transaction of its own. One that fails is reported, waits and is tried again; the
others go on. Any number of schedulers may run: an item belongs to whoever holds its row.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from cms.ops.conditions import OK
from content import publishing
from content.models import ScheduledAttempt

_FIRST_PAUSE_SECONDS = 30
_LONGEST_PAUSE_SECONDS = 3600
_UNFINISHED_AFTER = timedelta(minutes=1)
_LONGEST_ERROR = 2000

Action = ScheduledAttempt.Action

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """A page or snippet whose time has come; ``model`` is Page for all pages."""

    model: type[models.Model]
    pk: str
    action: Action
    due_at: datetime

    def __str__(self) -> str:
        return f"{self.action} {self.model._meta.label} {self.pk}"


def run_due() -> int:
    """Publish and withdraw everything that is due; answers how many items were.

    Raises ``OperationalError`` when the database is lost, and nothing else.
    """
    due = list(_due_items())
    done = sum(_try(item) for item in due)
    _forget_all_but(due)
    return done


def _forget_all_but(due: Iterable[Item]) -> None:
    """Delete attempts at what somebody has seen to, or set another time for."""
    remaining = {
        (ContentType.objects.get_for_model(item.model).pk, item.pk, item.action) for item in due
    }
    begun = ScheduledAttempt.objects.filter(started_at__lt=Now() - _UNFINISHED_AFTER)
    rows = begun.values_list("pk", "content_type", "object_id", "action")
    over = [pk for pk, *key in rows if tuple(key) not in remaining]
    if over:
        ScheduledAttempt.objects.filter(pk__in=over).delete()


def failing() -> models.QuerySet[ScheduledAttempt]:
    """The items that could not be published or withdrawn at their time."""
    unfinished = Q(started_at__lt=Now() - _UNFINISHED_AFTER)
    return ScheduledAttempt.objects.filter(unfinished | ~Q(error=""), attempts__gt=0)


def condition() -> str:
    """For /readyz: "ok", or how many items fail."""
    number = failing().count()
    return f"{number} failing" if number else OK


@cache
def _models_with_drafts() -> tuple[type[Any], ...]:
    """Page, which stands for all pages, and every snippet with drafts."""
    snippets = (
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    )
    return (Page, *snippets)


def _due_items() -> Iterator[Item]:
    for revision in list(_due_revisions().order_by("approved_go_live_at", "pk")):
        model = revision.base_content_type.model_class()
        if model is not None:
            moment = revision.approved_go_live_at
            yield Item(model, revision.object_id, Action.PUBLISH, moment)
    for model in _models_with_drafts():
        expired = model._default_manager.filter(live=True, expire_at__lte=Now())
        for pk, moment in list(expired.order_by("expire_at", "pk").values_list("pk", "expire_at")):
            yield Item(model, str(pk), Action.WITHDRAW, moment)


def _due_revisions() -> models.QuerySet[Revision]:
    # By both clocks: Wagtail compares with this machine's, and would schedule it once more.
    return Revision.objects.filter(
        approved_go_live_at__lte=Now(), base_content_type__isnull=False
    ).filter(approved_go_live_at__lte=timezone.now())


def _try(item: Item) -> bool:
    """Whether ``item`` was carried out; False if it failed, waits, or somebody else is at it."""
    attempt = _begin(item)
    if attempt is None:
        return False
    try:
        with transaction.atomic():
            done = _carry_out(item)
            attempt.delete()
    except Exception as error:
        if not connection.is_usable():
            raise
        logger.exception("Scheduled publishing failed: %s", item)
        reason = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
        ScheduledAttempt.objects.filter(
            content_type=attempt.content_type_id, object_id=item.pk, action=item.action
        ).update(error=reason)
        return False
    return done


def _begin(item: Item) -> ScheduledAttempt | None:
    """Note that ``item`` is being tried; None if it has to wait for its next attempt."""
    attempt, _created = ScheduledAttempt.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(item.model),
        object_id=item.pk,
        action=item.action,
        defaults={"due_at": item.due_at},
    )
    if attempt.due_at != item.due_at:
        attempt = _begin_anew(attempt, item.due_at)
    pause = min(_FIRST_PAUSE_SECONDS * 2 ** min(attempt.attempts, 10), _LONGEST_PAUSE_SECONDS)
    begun = ScheduledAttempt.objects.filter(pk=attempt.pk, next_attempt_at__lte=Now()).update(
        attempts=F("attempts") + 1,
        started_at=Now(),
        next_attempt_at=Now() + timedelta(seconds=pause),
    )
    return attempt if begun else None


def _begin_anew(attempt: ScheduledAttempt, due_at: datetime) -> ScheduledAttempt:
    """Somebody has set another time meanwhile: what failed before it does not count."""
    ScheduledAttempt.objects.filter(pk=attempt.pk).exclude(due_at=due_at).update(
        due_at=due_at, attempts=0, error="", next_attempt_at=Now()
    )
    attempt.refresh_from_db()
    return attempt


def _carry_out(item: Item) -> bool:
    """False if an editor is changing it at this moment, or there is nothing left to do."""
    rows: models.QuerySet[Any] = item.model._default_manager.filter(pk=item.pk)
    instance = rows.select_for_update(skip_locked=True).first()
    if instance is None:
        return False
    if item.action == Action.WITHDRAW:
        if not rows.filter(live=True, expire_at__lte=Now()).exists():
            return False
        publishing.withdraw_expired(instance=instance)
        return True
    base = ContentType.objects.get_for_model(item.model)
    revisions = _due_revisions().filter(base_content_type=base, object_id=item.pk)
    revision = revisions.order_by("approved_go_live_at", "pk").first()
    if revision is None:
        return False
    publishing.publish_scheduled(revision=revision)
    return True
