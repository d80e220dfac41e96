"""The worker process: procrastinate's workers, kept running whatever the database does.

procrastinate ends its workers when a connection is lost. Here a *round* is one connector with all
lanes on it; when it ends, the next one begins as soon as the database answers, so neither a restart
of PostgreSQL nor its absence at the start ends the process.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from procrastinate import App
from procrastinate.contrib.django import DjangoApp, app, connector_params
from procrastinate.exceptions import ProcrastinateException
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from cms.ops.stalled_jobs import HEARTBEAT_SECONDS, STALLED_AFTER_SECONDS, requeue_stalled_jobs
from cms.origin import Channel, work_as

RETRY_SECONDS = 1.0
LOOK_SECONDS = 1.0
"""What is deferred for later is not announced when its time comes, so each lane looks for it."""
QUERY_SECONDS = 10.0
STOP_SECONDS = 45.0
"""A job may take this long after SIGTERM; then the process ends, and the job runs again."""

# One request to stop often arrives twice, from the terminal's group and from a supervisor.
_SAME_SIGNAL_SECONDS = 2.0
_POOL_SECONDS = 3.0
_LOST = (ProcrastinateException, psycopg.Error, OSError, TimeoutError)

logger = logging.getLogger(__name__)


def run_until_stopped(*, heartbeat_file: Path | None = None) -> None:
    """Work until SIGTERM or SIGINT; jobs that run are finished first, for at most STOP_SECONDS.

    `heartbeat_file` is touched every few seconds while everything is in order, for a health check.
    A second signal ends the process at once, with status 1; the jobs it had run again elsewhere.
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    work_as(Channel.JOB)
    asyncio.run(WorkerProcess(heartbeat_file=heartbeat_file).run())


class WorkerProcess:
    """Rounds until a signal asks for the end. Lives in one event loop."""

    def __init__(self, *, heartbeat_file: Path | None = None) -> None:
        self._heartbeat_file = heartbeat_file
        self._stopping = asyncio.Event()
        self._stop_requested_at: float | None = None
        self._waiting_for_database = False

    async def run(self) -> None:
        """Work until stopped."""
        loop = asyncio.get_running_loop()
        threads = sum(concurrency for _queues, concurrency in settings.WORKER_LANES)
        # Sync tasks run in the loop's own executor, which is too small on small machines.
        loop.set_default_executor(ThreadPoolExecutor(threads, thread_name_prefix="job"))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._request_stop)
        # It would tell of each attempt to reconnect.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        logger.info("Worker started")
        while not self._stopping.is_set():
            if await self._database_answers():
                await self._round()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), RETRY_SECONDS)
        logger.info("Worker stopped")

    def _request_stop(self) -> None:
        now = time.monotonic()
        if self._stop_requested_at is None:
            self._stop_requested_at = now
            self._stopping.set()
        elif now - self._stop_requested_at > _SAME_SIGNAL_SECONDS:
            _end_process("Worker ended at once, as asked for by a second signal")

    async def _database_answers(self) -> bool:
        """Whether a round can begin; one line in the log for each time it stops answering."""
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                connection = await psycopg.AsyncConnection.connect(**connector_params())
                async with connection:
                    await connection.execute("SELECT 1 FROM procrastinate_jobs LIMIT 1")
        except (psycopg.Error, OSError, TimeoutError) as error:
            if not self._waiting_for_database:
                logger.warning("Database unavailable, waiting for it: %s", _reason(error))
            self._waiting_for_database = True
            self._beat()
            return False
        if self._waiting_for_database:
            logger.info("Database available")
        self._waiting_for_database = False
        return True

    async def _round(self) -> None:
        """Run all lanes until one of them ends or a stop is asked for."""
        connector = PsycopgConnector(
            kwargs=connector_params(),
            min_size=1,
            max_size=settings.WORKER_POOL_SIZE,
            # A lost database ends the round soon; waiting for it is the business of `run`.
            timeout=_POOL_SECONDS,
            reconnect_timeout=_POOL_SECONDS,
        )
        # The periodic jobs are deferred on Django's connection of this thread.
        await sync_to_async(close_old_connections)()
        try:
            async with _app_on(connector).open_async() as worker_app:
                await self._run_lanes(worker_app)
        except _LOST as error:
            logger.warning("Work interrupted, going on in a moment: %s", _reason(error))

    async def _run_lanes(self, worker_app: App) -> None:
        lanes = [_lane(worker_app, queues, size) for queues, size in settings.WORKER_LANES]
        parts = [asyncio.create_task(_run(lane), name="lane") for lane in lanes]
        parts.append(asyncio.create_task(self._watch(worker_app), name="watch"))
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([*parts, stop], return_when=asyncio.FIRST_COMPLETED)
        beats = asyncio.create_task(_keep_heartbeats(worker_app, lanes))
        ending = asyncio.gather(*parts, return_exceptions=True)
        for part in parts:
            part.cancel()
        try:
            results = await asyncio.wait_for(asyncio.shield(ending), STOP_SECONDS)
        except TimeoutError:
            _end_process(f"Worker ended while jobs had not finished after {STOP_SECONDS:.0f} s")
        stop.cancel()
        beats.cancel()
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _watch(self, worker_app: App) -> None:
        """Sweep stalled jobs and beat; a query that hangs ends the round."""
        while True:
            async with asyncio.timeout(QUERY_SECONDS):
                jobs = await requeue_stalled_jobs(job_manager=worker_app.job_manager)
            for job in jobs:
                logger.warning("Job %(id)s (%(task_name)s) lost its worker and runs again", job)
            self._beat()
            await asyncio.sleep(HEARTBEAT_SECONDS)

    def _beat(self) -> None:
        if self._heartbeat_file is not None:
            self._heartbeat_file.touch()


async def _run(lane: Worker) -> None:
    await lane.run()  # type: ignore[no-untyped-call]


async def _keep_heartbeats(worker_app: App, lanes: Sequence[Worker]) -> None:
    """Beat for lanes that finish their jobs: procrastinate stops beating then, and the jobs would
    be taken for stalled.
    """
    while True:
        for lane in lanes:
            if lane.worker_id is not None:
                with suppress(*_LOST):
                    await worker_app.job_manager.update_heartbeat(lane.worker_id)
        await asyncio.sleep(HEARTBEAT_SECONDS)


def _app_on(connector: PsycopgConnector) -> App:
    """The project's tasks on a connection of the worker's own.

    The tasks stay bound to Django's: what a task defers belongs to its transaction, as anywhere.
    """
    worker_app = DjangoApp(connector=connector)
    worker_app.tasks = app.tasks
    worker_app.periodic_registry = app.periodic_registry
    return worker_app


def _other_queues(worker_app: App) -> list[str]:
    """The queues of all tasks, but for those that have a lane of their own."""
    own = {name for names, _size in settings.WORKER_LANES for name in names or ()}
    return sorted({task.queue for task in worker_app.tasks.values()} - own)


def _lane(worker_app: App, queues: tuple[str, ...] | None, concurrency: int) -> Worker:
    options = dict(worker_app.worker_defaults)
    options.update(
        name="lane",
        # A list: a tuple would be a record in SQL.
        queues=_other_queues(worker_app) if queues is None else list(queues),
        concurrency=concurrency,
        install_signal_handlers=False,
        fetch_job_polling_interval=LOOK_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_AFTER_SECONDS,
        delete_jobs="successful",
    )
    return Worker(app=worker_app, **options)  # type: ignore[arg-type]


def _reason(error: BaseException) -> str:
    """What the database said; procrastinate's own exceptions say nothing."""
    cause = error.__cause__ or error
    # The first line only: the second repeats the address of the server.
    return str(cause).partition("\n")[0] or type(cause).__name__


def _end_process(reason: str) -> None:
    """End without waiting for threads, which cannot be interrupted."""
    logger.warning(reason)
    logging.shutdown()
    os._exit(1)
