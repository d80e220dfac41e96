"""Child processes that never outlive the process that started them.

Each child has its own session, so a Ctrl-C in the terminal reaches only the supervisor, which
then ends its children in the right order. On Linux the kernel signals a child whose parent is
gone, however it went (`PR_SET_PDEATHSIG`, prctl(2)); elsewhere only an orderly end is covered.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; it gets `death_signal` when this process dies.

    `output` takes standard output and error together; without it they are inherited.
    Call it from the main thread: the kernel watches the thread, not the process.
    """
    parent = os.getpid()

    def tie_to_parent() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # it died before the call above
                os._exit(1)

    return subprocess.Popen(  # noqa: S603 - fixed program names, no shell
        list(command),
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
        pass_fds=pass_fds,
        preexec_fn=tie_to_parent,
    )


def stop(
    child: subprocess.Popen[bytes],
    *,
    with_signal: signal.Signals = signal.SIGTERM,
    timeout_seconds: float,
) -> None:
    """Ask `child` to end, wait, and kill what is left of its process group."""
    if child.poll() is None:
        child.send_signal(with_signal)
        try:
            child.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
