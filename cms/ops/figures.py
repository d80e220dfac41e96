"""How the worker and what it has to do are, as numbers from the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Min, QuerySet, Value
from django.db.models.functions import Now

from cms.ops.outbox import OutboxRow, State, outbox_models

_JOBS = """
SELECT job.queue_name, job.status::text, count(*),
       max(extract(epoch FROM now() - greatest(job.scheduled_at, deferred.at)))
           FILTER (WHERE job.status = 'todo'
                   AND (job.scheduled_at IS NULL OR job.scheduled_at <= now()))
FROM procrastinate_jobs AS job
LEFT JOIN procrastinate_events AS deferred
    ON deferred.job_id = job.id AND deferred.type = 'deferred'
GROUP BY job.queue_name, job.status
"""
_WORKERS = """
SELECT count(*), extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers
"""

_DUE = "due"


@dataclass(frozen=True)
class Figures:
    """`jobs` by queue and status, `waiting` and `dead` outbox rows by the model's label; ages in
    seconds, None where there is nothing to have one.
    """

    jobs: dict[tuple[str, str], int]
    oldest_due_seconds: float | None
    lanes: int
    heartbeat_age_seconds: float | None
    waiting: dict[str, int]
    dead: dict[str, int]


def load() -> Figures:
    """The figures of this moment, by three queries, however many kinds of outbox rows there are."""
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        jobs = cursor.fetchall()
        cursor.execute(_WORKERS)
        lanes, heartbeat_age = cursor.fetchone()
    ages = [float(age) for *_others, age in jobs if age is not None]
    kinds = [model._meta.label_lower for model in outbox_models()]
    waiting, dead = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0)
    for kind, part, number, age in _rows():
        if part == _DUE:
            ages.append(age.total_seconds())
        else:
            (waiting if part == State.WAITING else dead)[kind] = number
    return Figures(
        jobs={(queue, status): count for queue, status, count, _age in jobs},
        oldest_due_seconds=max(ages, default=None),
        lanes=lanes,
        heartbeat_age_seconds=None if heartbeat_age is None else float(heartbeat_age),
        waiting=waiting,
        dead=dead,
    )


def _rows() -> Iterable[tuple[str, str, int, timedelta]]:
    """Kind, part, number and age of the oldest; what there is none of is left out.

    One part for each index: those of a table together would read all of it.
    """
    parts: list[QuerySet[Any, Any]] = []
    for model in outbox_models():
        kind, rows = model._meta.label_lower, model._default_manager.all()
        parts += [
            _counted(rows.filter(state=State.WAITING), kind, State.WAITING.value),
            _counted(rows.filter(state=State.DEAD), kind, State.DEAD.value),
            _counted(rows.due(), kind, _DUE),
        ]
    return parts[0].union(*parts[1:], all=True) if parts else ()


def _counted(rows: QuerySet[OutboxRow], kind: str, part: str) -> QuerySet[Any, Any]:
    named = rows.order_by().values(kind=Value(kind), part=Value(part))
    counted = named.annotate(number=Count("pk"), age=Now() - Min("next_attempt_at"))
    return counted.values_list("kind", "part", "number", "age")
