"""Run a command beside the embedded PostgreSQL: `python -m cms.ops.embedded_postgres_command …`.

The command gets `DATABASE_URL`. A server that already runs is shared; otherwise one is started and
ends with the command. When `DATABASE_URL` is set the command runs as it is. With `--throwaway` the
server and `DATA_DIR` are new, fast, unsafe against a crash, and removed afterwards.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from cms.ops.embedded_postgres import EmbeddedPostgres
from cms.ops.embedded_postgres_cluster import EmbeddedPostgresError

THROWAWAY_OPTIONS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def main(arguments: Sequence[str]) -> int:
    """Exit status of the command, as a shell gives it (128 + number when a signal ended it)."""
    parser = argparse.ArgumentParser(prog="python -m cms.ops.embedded_postgres_command")
    parser.add_argument("--throwaway", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if os.environ.get("DATABASE_URL"):
        return run_in_foreground(options.command, os.environ)
    if options.throwaway:
        with tempfile.TemporaryDirectory(prefix="cms-data-") as data_dir:
            return _run_beside_server(options.command, Path(data_dir), THROWAWAY_OPTIONS)
    return _run_beside_server(options.command, settings.DATA_DIR, [])


def run_in_foreground(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run `command` on this terminal; Ctrl-C is for it to answer, SIGTERM is passed on."""
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        child = subprocess.Popen(command, env=env)  # noqa: S603 - the operator's own command
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        status = child.wait()
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127
    finally:
        signal.signal(signal.SIGINT, previous)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return status if status >= 0 else 128 - status


def _run_beside_server(command: Sequence[str], data_dir: Path, server_options: list[str]) -> int:
    server = EmbeddedPostgres(data_dir, report=_report, options=server_options)
    try:
        server.start()
        env = {**os.environ, "DATABASE_URL": server.url, "DATA_DIR": str(data_dir)}
        status = run_in_foreground(command, env)
        server.wait_for_other_users()
    except EmbeddedPostgresError as error:
        _report(str(error))
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        server.stop()
    return status


def _report(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    sys.exit(main(sys.argv[1:]))
