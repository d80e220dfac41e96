"""A granian process to measure, and the processor time it has used."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

THREADS = 4
_START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """One worker on loopback."""

    port: int
    main_pid: int

    def cpu_seconds(self) -> float:
        """Processor time of the worker so far, user and system."""
        ticks = 0
        for pid in _children(self.main_pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_megabytes(self) -> float:
        """Memory of the worker."""
        pages = 0
        for pid in _children(self.main_pid):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def serving(application: str, port: int | None = None, **variables: str) -> Iterator[Server]:
    """Serve ``application`` as `manage.py serve` would, with one process."""
    port = port or free_port()
    counts = tempfile.mkdtemp(prefix="cms-metrics-")
    process = subprocess.Popen(  # noqa: S603 - arguments of our own
        [
            *(sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1"),
            *(f"--port={port}", "--workers=1", f"--blocking-threads={THREADS}"),
            *("--http=1", "--no-ws", "--no-access-log", application),
        ],
        # Where `manage.py serve` has its processes count together.
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": counts, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        shutil.rmtree(counts)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "The server did not start."
    raise SystemExit(message)
