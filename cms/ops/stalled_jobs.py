"""Jobs whose worker is gone, found by its heartbeat, are queued again.

In one statement on procrastinate's tables and not with its `get_stalled_jobs` and `retry_job`:
several workers sweep at the same time, and between those two calls a job may have been queued,
fetched and begun by somebody else.
"""

from typing import Any

from procrastinate.manager import JobManager

HEARTBEAT_SECONDS = 5.0
STALLED_AFTER_SECONDS = 15.0

# A job with a queueing lock of which another one is queued, or taken from the dead as well, is
# superfluous, and queueing it would break the lock's uniqueness.
_REQUEUE = """
WITH stalled AS (
    SELECT job.id, job.worker_id, job.queueing_lock,
           row_number() OVER (PARTITION BY coalesce(job.queueing_lock, job.id::text)
                              ORDER BY job.id DESC) > 1
           OR EXISTS (SELECT 1 FROM procrastinate_jobs AS queued
                      WHERE queued.status = 'todo' AND queued.queueing_lock = job.queueing_lock)
           AS is_superfluous
    FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL
           OR worker.last_heartbeat < now() - make_interval(secs => %(stalled_after)s))
),
dropped AS (
    DELETE FROM procrastinate_jobs AS job USING stalled
    WHERE job.id = stalled.id AND stalled.is_superfluous
      AND job.status = 'doing' AND job.worker_id IS NOT DISTINCT FROM stalled.worker_id
)
UPDATE procrastinate_jobs AS job
SET status = 'todo', attempts = job.attempts + 1, scheduled_at = NULL, worker_id = NULL,
    abort_requested = false
FROM stalled
WHERE job.id = stalled.id AND NOT stalled.is_superfluous
  AND job.status = 'doing' AND job.worker_id IS NOT DISTINCT FROM stalled.worker_id
RETURNING job.id, job.task_name
"""


async def requeue_stalled_jobs(
    *, job_manager: JobManager, stalled_after_seconds: float = STALLED_AFTER_SECONDS
) -> list[dict[str, Any]]:
    """Queue them again and forget dead workers; answers `id` and `task_name` of each."""
    jobs = await job_manager.connector.execute_query_all_async(
        _REQUEUE, stalled_after=stalled_after_seconds
    )
    await job_manager.prune_stalled_workers(stalled_after_seconds)
    return jobs
