"""Ports of this machine for servers that tests start."""

import fcntl
import os
import secrets
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

# Below the ports that the kernel gives to outgoing connections and to whoever asks for any port:
# between the choice of one of those and the start of its server, it may be given to somebody else.
_PORTS = range(20_000, 32_000)
_LOCKS = Path(tempfile.gettempdir()) / f"cms-test-ports-{os.getuid()}"


def free_port() -> int:
    """A port that nobody listens on, and that no other test is given while this process lives."""
    _LOCKS.mkdir(exist_ok=True)
    while True:
        # Not `random`, which begins alike in every test.
        port = secrets.choice(_PORTS)
        if _is_reserved(port) and _is_free(port):
            return port


def _is_reserved(port: int) -> bool:
    """The lock ends with the process, so it is never given back."""
    lock = os.open(_LOCKS / str(port), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    return True


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        return True
    return False
