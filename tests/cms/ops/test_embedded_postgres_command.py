"""Commands that run beside the embedded PostgreSQL."""

import os
import signal
import sys
from pathlib import Path

from tests.cms.ops.conftest import (
    PATIENCE_SECONDS,
    StartProcess,
    processes_about,
    python_module,
    read_until,
)

MODULE = "cms.ops.embedded_postgres_command"
PRINT_ADDRESS = "import os; print(os.environ['DATABASE_URL'], os.environ['DATA_DIR'])"
COUNT = (
    "import os, psycopg; "
    "print(psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT 41 + 1').fetchone()[0])"
)
WAIT = "import signal; print('waiting', flush=True); signal.pause()"


def test_command_has_a_database_for_its_duration(
    start_process: StartProcess, used_data_dir: Path
) -> None:
    process = start_process(
        python_module(MODULE, sys.executable, "-c", PRINT_ADDRESS), {"DATA_DIR": str(used_data_dir)}
    )
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert output.split() == [
        f"postgres://postgres@{str(used_data_dir / 'pg').replace('/', '%2F')}/cms",
        str(used_data_dir),
    ]
    assert process.returncode == 0
    assert processes_about(used_data_dir) == []


def test_exit_status_is_the_commands(start_process: StartProcess, used_data_dir: Path) -> None:
    process = start_process(
        python_module(MODULE, "sh", "-c", "exit 7"), {"DATA_DIR": str(used_data_dir)}
    )
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 7


def test_unknown_command_is_reported_and_ends_the_server(
    start_process: StartProcess, used_data_dir: Path
) -> None:
    process = start_process(
        python_module(MODULE, "no-such-program"), {"DATA_DIR": str(used_data_dir)}
    )
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert output == "no-such-program: No such file or directory\n"
    assert process.returncode == 127
    assert processes_about(used_data_dir) == []


def test_throwaway_server_leaves_nothing_behind(
    start_process: StartProcess, used_data_dir: Path
) -> None:
    process = start_process(
        python_module(MODULE, "--throwaway", sys.executable, "-c", PRINT_ADDRESS),
        {"DATA_DIR": str(used_data_dir)},
    )
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    directory = Path(output.split()[-1])
    assert directory != used_data_dir
    assert not directory.exists()


def test_first_of_two_commands_waits_for_the_other_before_it_ends_the_server(
    start_process: StartProcess, used_data_dir: Path
) -> None:
    env = {"DATA_DIR": str(used_data_dir)}
    first = start_process(python_module(MODULE, sys.executable, "-c", WAIT), env)
    read_until(first, "waiting")
    second = start_process(python_module(MODULE, sys.executable, "-c", WAIT), env)
    read_until(second, "waiting")
    first.terminate()
    read_until(first, "Another command still uses this database")
    third = start_process(python_module(MODULE, sys.executable, "-c", COUNT), env)
    output, _ = third.communicate(timeout=PATIENCE_SECONDS)
    assert output == "42\n"
    second.terminate()
    for process in (second, first):
        process.communicate(timeout=PATIENCE_SECONDS)
    assert processes_about(used_data_dir) == []


def test_ctrl_c_ends_command_and_server(start_process: StartProcess, used_data_dir: Path) -> None:
    process = start_process(
        python_module(MODULE, sys.executable, "-c", WAIT), {"DATA_DIR": str(used_data_dir)}
    )
    read_until(process, "waiting")
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 128 + signal.SIGINT
    assert processes_about(used_data_dir) == []
