"""`manage.py serve` and the container's health check, as real processes."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_SECONDS = 60
TOKEN = "0123456789abcdefghijklmnop"
# No database: /healthz must not need one.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijk",
    "JWT_SIGNING_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "PUBLIC_URL": "https://cms.example.org",
    "ALLOWED_HOSTS": "cms.example.org",
    "FRONTEND_URL": "https://www.example.org",
    "EMAIL_PROVIDER": "console",
    "TRUSTED_PROXY_COUNT": "1",
    "METRICS_TOKEN": TOKEN,
    "WEB_PROCESSES": "2",
    "WEB_THREADS": "2",
}


def health(port: int) -> int:
    """Exit code of the container's health check."""
    checked = subprocess.run(
        [sys.executable, str(ROOT / "deploy" / "healthcheck.py")],
        env=ENVIRONMENT | {"HEALTHCHECK_PORT": str(port)},
        timeout=START_TIMEOUT_SECONDS,
    )
    return checked.returncode


@contextmanager
def serving(port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=START_TIMEOUT_SECONDS)


def wait_until_healthy(port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while health(port) != 0:
        if time.monotonic() > deadline:
            pytest.fail("The server does not answer.")
        time.sleep(0.2)


def test_health_check_fails_while_nothing_listens() -> None:
    assert health(free_port()) == 1


def test_serve_is_healthy_without_a_database_and_stops_completely_on_sigterm() -> None:
    port = free_port()
    with serving(port) as process:
        wait_until_healthy(port)
        process.terminate()
        assert process.wait(timeout=START_TIMEOUT_SECONDS) == 0
        assert health(port) == 1
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


def scraped(port: int) -> dict[str, float]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        lines = answer.read().decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")
    }


def test_metrics_count_the_requests_of_all_web_processes() -> None:
    port = free_port()
    # Not GET: what the checks before have asked and not waited for may be answered only now.
    series = 'cms_http_requests_total{method="HEAD",route="/healthz",status="2xx"}'
    with serving(port) as process:
        wait_until_healthy(port)
        assert series not in scraped(port)
        for _number in range(40):
            assert health_answer(port) == 200
        for _number in range(6):
            now = scraped(port)
            assert now[series] == 40
            assert now["cms_database_up"] == 0.0
        process.terminate()
        assert process.wait(timeout=START_TIMEOUT_SECONDS) == 0


def health_answer(port: int) -> int:
    """Over a connection of its own, so that any process may take it."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", method="HEAD")
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        status: int = answer.status
    return status


def test_health_check_of_the_worker_looks_at_the_age_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "heartbeat"

    def check() -> int:
        command = [sys.executable, str(ROOT / "deploy" / "healthcheck.py"), str(file)]
        return subprocess.run(command, timeout=30).returncode

    assert check() == 1
    file.touch()
    assert check() == 0
    two_minutes_ago = time.time() - 120
    os.utime(file, (two_minutes_ago, two_minutes_ago))
    assert check() == 1
