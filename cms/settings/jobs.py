"""The worker: what it runs, and how much at the same time."""

from cms.settings import env

WORKER_THREADS = env.integer("WORKER_THREADS", default=4, lowest=1, highest=64)
# Each lane has threads of its own, so that what is slow on one keeps nothing waiting on another.
# The last lane takes every queue that has no lane: no job is left lying. Receivers of webhooks may
# hang for 15 s, but each keeps two threads waiting at most; a mail provider for 30 s.
WORKER_LANES: list[tuple[tuple[str, ...] | None, int]] = [
    (("publishing",), 1),
    (("webhooks",), 8),
    (("mail",), 4),
    # So may that of the newsletter's list.
    (("newsletter_list",), 2),
    # GitHub is asked one thing at a time, and may take its time.
    (("github",), 1),
    (None, WORKER_THREADS),
]
WORKER_POOL_SIZE = 2 + len(WORKER_LANES)
# At most: the pool, what listens for each lane, what defers by the clock, and the jobs' own.
WORKER_CONNECTIONS = WORKER_POOL_SIZE + len(WORKER_LANES) + 1 + sum(n for _q, n in WORKER_LANES)

PROCRASTINATE_IMPORT_PATHS = ["cms.http.tasks", "cms.ops.tasks"]
