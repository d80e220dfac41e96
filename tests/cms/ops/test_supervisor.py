"""Ending everything, whoever gets the signal and however often."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cms.ops.conftest import (
    PATIENCE_SECONDS,
    StartProcess,
    processes_about,
    python_module,
    read_until,
    wait_until,
)


@pytest.fixture
def supervisor(start_process: StartProcess, used_data_dir: Path) -> subprocess.Popen[str]:
    """A supervisor with PostgreSQL and two services, all running."""
    process = start_process(python_module("tests.cms.ops.supervised_services", str(used_data_dir)))
    read_until(process, "ready")
    return process


def interrupt(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)


def terminate_twice(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.terminate()


def interrupt_group(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def terminate_group_twice(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    os.killpg(process.pid, signal.SIGTERM)


def signal_everything_below(process: subprocess.Popen[str]) -> None:
    for pid in (process.pid, *descendants(process.pid)):
        # The supervisor, which is told first, may have ended the others already.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def descendants(pid: int) -> list[int]:
    """Those of this moment; PostgreSQL's own come and go."""
    with suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        found = [int(child) for child in children]
        return found + [other for child in found for other in descendants(child)]
    return []


def command_line(pid: int) -> str:
    """Empty if the process has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


@pytest.mark.parametrize(
    "send",
    [
        interrupt,
        terminate_twice,
        interrupt_group,
        terminate_group_twice,
        signal_everything_below,
    ],
)
def test_stop_signal_ends_every_process_cleanly(
    supervisor: subprocess.Popen[str],
    used_data_dir: Path,
    send: Callable[[subprocess.Popen[str]], None],
) -> None:
    send(supervisor)
    output, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)
    assert output.endswith("ended\n")
    assert supervisor.returncode == 0
    assert processes_about(used_data_dir) == []
    assert "database system is shut down" in (used_data_dir / "pg/log").read_text()


def test_supervisor_killed_with_9_leaves_no_process(
    supervisor: subprocess.Popen[str], used_data_dir: Path
) -> None:
    supervisor.kill()
    wait_until(lambda: processes_about(used_data_dir) == [], "a process was left")
    assert "database system is shut down" in (used_data_dir / "pg/log").read_text()


def test_killed_database_server_is_started_again(
    supervisor: subprocess.Popen[str], used_data_dir: Path
) -> None:
    pid_file = used_data_dir / "pg/data/postmaster.pid"
    killed = int(pid_file.read_text().splitlines()[0])
    os.kill(killed, signal.SIGKILL)
    read_until(supervisor, "PostgreSQL has ended by itself")
    wait_until(
        lambda: pid_file.exists() and not pid_file.read_text().startswith(f"{killed}\n"),
        "PostgreSQL was not started again",
    )


def test_service_that_ends_at_once_ends_the_supervisor_with_one_reason(
    supervisor: subprocess.Popen[str], used_data_dir: Path
) -> None:
    for pid in descendants(supervisor.pid):
        if "time.sleep(600)" in command_line(pid):
            os.kill(pid, signal.SIGKILL)
    output, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)
    assert "ends as soon as it is started" in output
    assert supervisor.returncode != 0
    assert processes_about(used_data_dir) == []
