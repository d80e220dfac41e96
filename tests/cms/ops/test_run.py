"""`manage.py run`: one journey through a first and a second start, on real processes."""

import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cms.ops.conftest import (
    PATIENCE_SECONDS,
    StartProcess,
    processes_about,
    read_until,
    wait_until,
)
from tests.cms.ops.test_supervisor import command_line, descendants
from tests.ports import free_port

RUN = [sys.executable, "manage.py", "run"]
# 15 s are promised on an idle machine; other tests run beside this one.
SECOND_START_SECONDS = 90.0


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def body_of(port: int, path: str) -> str:
    with urlopen(f"http://localhost:{port}{path}", timeout=PATIENCE_SECONDS) as answer:
        body: str = answer.read().decode()
    return body


def environment(data_dir: Path, port: int, frontend_port: int) -> dict[str, str]:
    """Of a start without demo site; nothing of the machine's own comes through."""
    return {
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "FRONTEND_PORT": str(frontend_port),
        "LOAD_DEMO": "0",
        **dict.fromkeys(("ADMIN_PASSWORD", "PUBLIC_URL", "FRONTEND_URL", "FRONTEND_ORIGINS"), ""),
    }


def child_with(text: str, process: subprocess.Popen[str]) -> int:
    """Process id of the child of `process` whose command line contains `text`."""
    for pid in descendants(process.pid):
        if text in command_line(pid):
            return pid
    pytest.fail(f"no child with {text!r}")


def test_site_starts_twice_survives_kills_and_ends_without_a_trace(
    start_process: StartProcess, data_dir: Path
) -> None:
    port, frontend_port = free_port(), free_port()
    env = environment(data_dir, port, frontend_port)
    first = start_process(RUN, env)
    output = read_until(first, "Ctrl-C ends it")
    assert "Creating the database tables" in output
    assert "Audit:" not in output
    assert f"http://localhost:{port}/admin/" in output
    assert f"Site      http://localhost:{frontend_port}/" in output
    assert status_of(frontend_port, "/events/") == 200
    has_worker = json.loads(body_of(port, "/readyz"))["checks"]["worker"] == "ok"
    assert has_worker or "The worker takes long" in output
    password_file = data_dir / "admin-password"
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    password = password_file.read_text().strip()
    assert f"user admin, password {password}" in output
    assert status_of(port, "/admin/login/") == 200

    second_start = start_process(RUN, environment(data_dir, free_port(), free_port()))
    refusal, _ = second_start.communicate(timeout=PATIENCE_SECONDS)
    assert "already running" in refusal
    assert second_start.returncode == 1

    os.kill(child_with("frontend_server", first), signal.SIGKILL)
    read_until(first, "frontend server has ended by itself")
    wait_until(lambda: status_of(frontend_port, "/") == 200, "the frontend did not come back")
    os.kill(child_with("cms.wsgi", first), signal.SIGKILL)
    read_until(first, "web server has ended by itself")
    wait_until(lambda: status_of(port, "/admin/login/") == 200, "the site did not come back")
    os.kill(child_with("postgres -D", first), signal.SIGKILL)
    read_until(first, "PostgreSQL has ended by itself")
    wait_until(lambda: status_of(port, "/admin/login/") == 200, "the database did not come back")

    os.killpg(first.pid, signal.SIGINT)
    os.killpg(first.pid, signal.SIGINT)
    ending, _ = first.communicate(timeout=PATIENCE_SECONDS)
    assert "Everything has ended." in ending
    assert first.returncode == 0
    assert processes_about(data_dir) == []
    assert status_of(port, "/healthz") == 0
    assert status_of(frontend_port, "/") == 0

    moved_port = free_port()
    started_at = time.monotonic()
    again = start_process(RUN, environment(data_dir, port, moved_port))
    output = read_until(again, "Ctrl-C ends it")
    assert time.monotonic() - started_at < SECOND_START_SECONDS
    assert "Creating" not in output
    assert f"Pointed the site at http://localhost:{moved_port}." in output
    assert re.search(rf"password {re.escape(password)}\b", output)
    assert f'"html_url":"http://localhost:{moved_port}/' in body_of(port, "/api/v2/pages/")
    assert f'API_URL = "http://localhost:{port}"' in body_of(moved_port, "/config.js")
    again.terminate()
    again.communicate(timeout=PATIENCE_SECONDS)
    assert again.returncode == 0


@pytest.mark.parametrize("variable", ["PORT", "FRONTEND_PORT"])
def test_port_in_use_is_refused_in_one_line(
    start_process: StartProcess, data_dir: Path, variable: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        env = environment(data_dir, free_port(), free_port()) | {variable: port}
        process = start_process(RUN, env)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert output.startswith(f"CommandError: Port {port} cannot be used")
    assert re.search(rf" {variable}=\d+\.\n", output)
    assert output.count("\n") == 1
    assert process.returncode == 1


def test_one_port_for_both_is_refused(start_process: StartProcess, data_dir: Path) -> None:
    port = free_port()
    process = start_process(RUN, environment(data_dir, port, port))
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert output == f"CommandError: PORT and FRONTEND_PORT are both {port}: choose two.\n"
    assert process.returncode == 1


def test_port_of_the_frontend_is_free_for_others_when_frontend_url_is_elsewhere(
    start_process: StartProcess, data_dir: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env = environment(data_dir, free_port(), taken.getsockname()[1])
        env["FRONTEND_URL"] = "http://localhost:4321"
        # It gets as far as the database.
        env["DATABASE_URL"] = f"postgres://nobody@127.0.0.1:{free_port()}/cms"
        output, _ = start_process(RUN, env).communicate(timeout=PATIENCE_SECONDS)
    assert "CommandError: The database of DATABASE_URL cannot be used: " in output


def test_unreachable_database_is_refused_in_one_line(
    start_process: StartProcess, data_dir: Path
) -> None:
    url = f"postgres://nobody@127.0.0.1:{free_port()}/cms"
    env = environment(data_dir, free_port(), free_port())
    process = start_process(RUN, env | {"DATABASE_URL": url})
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert "CommandError: The database of DATABASE_URL cannot be used: " in output
    assert "Traceback" not in output
    assert process.returncode == 1
    assert not (data_dir / "pg").exists()
