"""Real servers and processes, each in its own directory."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psycopg
import pytest

from cms.ops.embedded_postgres import EmbeddedPostgres

PROJECT = Path(__file__).parents[3]
# For whatever has to happen at some time: other tests run beside these.
PATIENCE_SECONDS = 120.0

StartProcess = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A directory with a path short enough for a socket, in a private directory."""
    with tempfile.TemporaryDirectory(
        # What a killed server leaves behind may still be writing.
        prefix="cms-test-",
        ignore_cleanup_errors=True,
    ) as directory:
        yield Path(directory) / "var"


@pytest.fixture(scope="session")
def made_directory() -> Iterator[Path]:
    """A directory whose server has been started and stopped before; for copying."""
    with tempfile.TemporaryDirectory(
        # What a killed server leaves behind may still be writing.
        prefix="cms-test-",
        ignore_cleanup_errors=True,
    ) as directory:
        server = EmbeddedPostgres(Path(directory))
        server.start()
        server.stop()
        yield Path(directory)


@pytest.fixture
def used_data_dir(made_directory: Path, data_dir: Path) -> Path:
    """A directory that has been in use, which is there sooner than a new one."""
    subprocess.run(["cp", "-a", str(made_directory), str(data_dir)], check=True)
    return data_dir


@pytest.fixture
def server(used_data_dir: Path) -> Iterator[EmbeddedPostgres]:
    """A running server."""
    server = EmbeddedPostgres(used_data_dir)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def start_process() -> Iterator[StartProcess]:
    """Start a process in a group of its own; what is left of the group is killed afterwards."""
    processes: list[subprocess.Popen[str]] = []

    def start(
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**environment_of_a_terminal(), "PYTHONUNBUFFERED": "1", **(env or {})},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def environment_of_a_terminal() -> dict[str, str]:
    """The environment without what the test run has set for itself."""
    own = {"DATABASE_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in own}


def python_module(name: str, *arguments: str) -> list[str]:
    """Command line of a module of this project."""
    return [sys.executable, "-m", name, *arguments]


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Output of `process` up to the line that contains `text`; fails if it ends before."""
    assert process.stdout is not None
    output = ""
    for line in process.stdout:
        output += line
        if text in line:
            return output
    pytest.fail(f"{text!r} not in the output:\n{output}")


def ended_well(process: subprocess.Popen[str]) -> str:
    """The rest of its output, after it has ended with status 0."""
    output, _nothing = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, output
    return output


def wait_until(is_true: Callable[[], bool], reason: str) -> None:
    """Fail with `reason` unless it becomes true soon."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, reason
        time.sleep(0.05)


def value_of(url: str, query: str) -> object:
    """First column of the query's only row."""
    with psycopg.connect(url) as connection:
        row: tuple[object, ...] | None = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def processes_about(path: Path) -> list[str]:
    """Command lines of live processes that mention `path`."""
    needle = os.fsencode(path)
    lines = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            line = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            if needle in line and int(entry.name) != os.getpid():
                lines.append(line.replace(b"\0", b" ").decode(errors="replace"))
    return lines
