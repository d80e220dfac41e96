"""Start processes in order, keep them running, end them in the opposite order.

Stopping is asked for by SIGINT or SIGTERM, which may come to this process alone or to its whole
group, once or many times: the first one starts the shutdown, the others change nothing.
"""

import math
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from cms.ops import child_process
from cms.ops.embedded_postgres import EmbeddedPostgres

POLL_SECONDS = 0.1
STOP_SECONDS = 10.0
SHORTEST_LIFE_SECONDS = 5.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """The operator wants everything to end."""


class SupervisionError(Exception):
    """A process that is needed could not be kept running; the message is for the operator."""


@dataclass
class Service:
    """A process that is started again when it ends by itself."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start the process."""
        self.process = child_process.spawn(self.command, env=self.env)
        self.started_at = time.monotonic()


@contextmanager
def stop_requests() -> Iterator[None]:
    """Raise StopRequested in the block at the first stop signal, and ignore the others."""
    received: list[int] = []

    def request_stop(signal_number: int, _frame: FrameType | None) -> None:
        received.append(signal_number)
        if len(received) == 1:
            raise StopRequested

    previous = {number: signal.signal(number, request_stop) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


class Supervisor:
    """A database server and the services that use it."""

    def __init__(self, server: EmbeddedPostgres | None, *, report: Callable[[str], None]) -> None:
        """`server` is None when the database is not ours to run."""
        self._server = server
        self._report = report
        self._services: list[Service] = []
        self._step: subprocess.Popen[bytes] | None = None

    def run_step(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Run `command` to its end; SupervisionError unless it succeeds."""
        self._report(f"{name} …")
        self._step = child_process.spawn(command, env=env)
        while self._step.poll() is None:
            time.sleep(POLL_SECONDS)
        if self._step.returncode != 0:
            message = f"{name} failed, see above."
            raise SupervisionError(message)
        self._step = None

    def start(self, service: Service) -> None:
        """Start `service`, to be watched by `watch`."""
        self._services.append(service)
        service.start()

    def wait_until(
        self,
        is_ready: Callable[[], bool],
        *,
        service: Service,
        timeout_seconds: float = math.inf,
    ) -> bool:
        """True as soon as `is_ready`, False if it is not in time; SupervisionError if `service`
        ends before.
        """
        deadline = time.monotonic() + timeout_seconds
        while not is_ready():
            if service.process is None or service.process.poll() is not None:
                message = f"The {service.name} did not start, see above."
                raise SupervisionError(message)
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def watch(self) -> None:
        """Start again what ends by itself, until a stop is requested."""
        while True:
            time.sleep(POLL_SECONDS)
            if self._server is not None and self._server.has_died:
                self._report("PostgreSQL has ended by itself: starting it again …")
                self._server.stop()
                self._server.start()
            for service in self._services:
                self._revive(service)

    def stop(self) -> None:
        """End the services, last started first, then the database server."""
        if self._step is not None:
            child_process.stop(self._step, timeout_seconds=STOP_SECONDS)
        processes = [service.process for service in reversed(self._services) if service.process]
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            child_process.stop(process, timeout_seconds=STOP_SECONDS)
        if self._server is not None:
            self._server.stop()

    def _revive(self, service: Service) -> None:
        if service.process is None or service.process.poll() is None:
            return
        child_process.stop(service.process, timeout_seconds=STOP_SECONDS)
        if time.monotonic() - service.started_at < SHORTEST_LIFE_SECONDS:
            message = f"The {service.name} ends as soon as it is started, see above."
            raise SupervisionError(message)
        self._report(f"The {service.name} has ended by itself: starting it again …")
        service.start()
