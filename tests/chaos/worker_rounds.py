"""Worker processes that are let loose and killed, and parcels that must not get lost."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cms.ops.door import Door, open_door
from tests.cms.ops.parcels.models import Parcel

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300.0
PROMISED_SECONDS = 60.0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def start_worker(database_url: str, **variables: str) -> "subprocess.Popen[str]":
    """A worker that has begun to work, with these variables in its environment."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=PROJECT,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
            "PYTHONUNBUFFERED": "1",
            **variables,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Worker started" in line:
            threading.Thread(target=_read_to_the_end, args=(process.stdout,), daemon=True).start()
            return process
    message = "The worker did not start."
    raise RuntimeError(message)


def _read_to_the_end(output: IO[str]) -> None:
    with output:
        output.read()


def kill(process: "subprocess.Popen[str]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(is_true: Callable[[], bool], reason: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(reason)
        time.sleep(0.2)


def nothing_waits() -> bool:
    return not Parcel.objects.filter(state=Parcel.State.WAITING).exists()


@dataclass
class Tally:
    """What became of the parcels."""

    rows: int
    lost: int
    knocks: int
    kills: int = 0
    seconds_to_run_again: list[float] = field(default_factory=list)

    @property
    def keeps_the_promises(self) -> bool:
        on_time = all(seconds <= PROMISED_SECONDS for seconds in self.seconds_to_run_again)
        return self.lost == 0 and self.duplicates <= self.kills and on_time

    @property
    def duplicates(self) -> int:
        return self.knocks - (self.rows - self.lost)

    def __str__(self) -> str:
        again = self.seconds_to_run_again
        slowest = f"{max(again):.1f} s" if again else "none"
        return (
            f"{self.rows} rows, lost {self.lost}, duplicates {self.duplicates}, "
            f"kills {self.kills}, begun again {len(again)}, slowest {slowest}"
        )


def tally(door: Door) -> Tally:
    ids = set(Parcel.objects.filter(state=Parcel.State.DONE).values_list("pk", flat=True))
    lost = Parcel.objects.count() - len(ids & set(door.knocks))
    return Tally(Parcel.objects.count(), lost, sum(door.knocks.values()))


def deliver_exactly_once(door: Door, database_url: str, *, workers: int, rows: int) -> Tally:
    """`workers` at once on `rows` parcels, without faults."""
    for _number in range(rows):
        Parcel.enqueue(door=door.url)
    processes = [start_worker(database_url) for _number in range(workers)]
    try:
        wait_until(nothing_waits, "parcels are left")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)
    return tally(door)


class KilledWorkers:
    """Workers that are killed at random moments, one after another."""

    def __init__(self, door: Door, database_url: str, *, workers: int, kills: int) -> None:
        self._door = door
        self._database_url = database_url
        self._workers = workers
        self._left = kills
        self._lock = threading.Lock()
        self._held: list[tuple[datetime, set[int]]] = []

    def run(self) -> Tally:
        """Kill while parcels keep coming; then let one worker finish what is left."""
        kills = self._left
        threads = [threading.Thread(target=self._kill_again) for _number in range(self._workers)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            if Parcel.objects.filter(state=Parcel.State.WAITING).count() < 20:
                Parcel.enqueue(door=self._door.url, seconds=random.uniform(0.0, 0.5))  # noqa: S311
            else:
                time.sleep(0.05)
        survivor = start_worker(self._database_url)
        try:
            wait_until(nothing_waits, "parcels are left")
        finally:
            survivor.terminate()
            survivor.wait(60)
        result = tally(self._door)
        result.kills = kills
        result.seconds_to_run_again = self._delays()
        return result

    def _kill_again(self) -> None:
        try:
            while self._takes_one():
                process = start_worker(self._database_url)
                time.sleep(random.uniform(0.0, 3.0))  # noqa: S311
                kill(process)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT now()")
                    (moment,) = cursor.fetchone()
                held = Parcel.objects.filter(lease_expires_at__gt=Now())
                with self._lock:
                    self._held.append((moment, set(held.values_list("pk", flat=True))))
        finally:
            connection.close()

    def _takes_one(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left >= 0

    def _delays(self) -> list[float]:
        """Seconds from a kill to the end of the attempt that followed, for parcels in hands then.

        Those in the hands of other workers are left out: they ended within their half second.
        """
        ends = dict(Parcel.objects.filter(attempts__gt=1).values_list("pk", "finished_at"))
        last_kill: dict[int, datetime] = {}
        for moment, parcels in sorted(self._held):
            for parcel in parcels & ends.keys():
                if moment <= ends[parcel]:
                    last_kill[parcel] = moment
        return [(ends[pk] - moment).total_seconds() for pk, moment in last_kill.items()]


def forget_everything() -> None:
    Parcel.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    assert not ProcrastinateJob.objects.exists()


def run(*, rows: int, kills: int) -> int:
    """1 if a row was lost, done twice without a kill, or taken up again too late."""
    url = os.environ["DATABASE_URL"]
    call_command("migrate", run_syncdb=True, verbosity=0)
    forget_everything()
    with open_door() as door:
        undisturbed = deliver_exactly_once(door, url, workers=4, rows=rows)
    say(f"Four workers: {undisturbed}")
    forget_everything()
    with open_door() as door:
        killed = KilledWorkers(door, url, workers=3, kills=kills).run()
    say(f"Killed workers: {killed}")
    return int(not (undisturbed.keeps_the_promises and killed.keeps_the_promises))
