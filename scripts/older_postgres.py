"""Run a command with DATABASE_URL on an older PostgreSQL than the embedded one.

`TEST_OLDER_DATABASE_URL` names a server; otherwise one of Debian's is started for the duration, on
a socket in a private directory. Without either it says so, and fails where CI is set.
"""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

OLDEST, EMBEDDED = 15, 18
DEBIAN_INSTALLATIONS = Path("/usr/lib/postgresql")
SERVER_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off"


def main(command: Sequence[str]) -> int:
    """Exit status of the command, or of not being able to run it."""
    url = os.environ.get("TEST_OLDER_DATABASE_URL")
    if url:
        return _run(command, url)
    programs = _oldest_installation()
    if programs is None:
        sys.stdout.write(
            "Not run on an older PostgreSQL: none is installed here "
            "(TEST_OLDER_DATABASE_URL, or Debian's package postgresql).\n"
        )
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory(prefix="cms-older-") as directory:
        return _run_beside_server(command, programs, Path(directory))


def _oldest_installation() -> Path | None:
    versions = sorted(
        int(path.name) for path in DEBIAN_INSTALLATIONS.glob("*") if path.name.isdigit()
    )
    supported = [version for version in versions if OLDEST <= version < EMBEDDED]
    for version in supported:
        programs = DEBIAN_INSTALLATIONS / str(version) / "bin"
        if (programs / "initdb").is_file():
            return programs
    return None


def _run_beside_server(command: Sequence[str], programs: Path, directory: Path) -> int:
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if user is not None:
        os.chown(directory, user.pw_uid, user.pw_gid)

    def run(*arguments: str) -> None:
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [str(programs / arguments[0]), *arguments[1:]],
            cwd=directory,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    data = str(directory / "data")
    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"{SERVER_OPTIONS} -c unix_socket_directories='{directory}'"
    run("pg_ctl", "start", "-w", "-D", data, "-l", str(directory / "log"), "-o", options)
    try:
        sys.stdout.write(f"PostgreSQL of {programs.parent}\n")
        sys.stdout.flush()
        return _run(command, f"postgres://postgres@{quote(str(directory), safe='')}/cms")
    finally:
        run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)


def _run(command: Sequence[str], url: str) -> int:
    env = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(command, env=env, check=False).returncode  # noqa: S603 - from the Makefile


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
