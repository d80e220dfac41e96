"""The embedded PostgreSQL under the conditions that broke other ways of running one."""

import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cms.ops.embedded_postgres import EmbeddedPostgres, database_url
from cms.ops.embedded_postgres_cluster import EmbeddedPostgresError
from tests.cms.ops.conftest import (
    PATIENCE_SECONDS,
    StartProcess,
    processes_about,
    python_module,
    read_until,
    value_of,
    wait_until,
)

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


def postmaster_pid(data_dir: Path) -> int:
    return int((data_dir / "pg/data/postmaster.pid").read_text().splitlines()[0])


def modes_of_parents(path: Path) -> dict[Path, int]:
    return {parent: stat.S_IMODE(parent.stat().st_mode) for parent in path.parents}


def test_new_directory_serves_version_18_with_unicode_case_rules(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    server.start()
    assert str(value_of(server.url, "SHOW server_version")).startswith("18.")
    assert value_of(server.url, "SELECT lower('ÉÑ')") == "éñ"
    assert value_of(server.url, "SHOW server_encoding") == "UTF8"
    server.stop()


def test_server_listens_on_no_network_address(server: EmbeddedPostgres) -> None:
    assert value_of(server.url, "SHOW listen_addresses") == ""


def test_socket_and_data_are_private(server: EmbeddedPostgres, used_data_dir: Path) -> None:
    assert stat.S_IMODE((used_data_dir / "pg").stat().st_mode) == 0o700
    assert stat.S_IMODE((used_data_dir / "pg/data").stat().st_mode) == 0o700
    assert stat.S_IMODE((used_data_dir / "pg/.s.PGSQL.5432").stat().st_mode) == 0o700


def test_private_parent_directories_keep_their_permissions(used_data_dir: Path) -> None:
    before = modes_of_parents(used_data_dir)
    assert 0o700 in before.values()
    server = EmbeddedPostgres(used_data_dir)
    server.start()
    server.stop()
    assert modes_of_parents(used_data_dir) == before


def test_stopped_server_started_again_has_its_data(used_data_dir: Path) -> None:
    for expected in (1, 2):
        server = EmbeddedPostgres(used_data_dir)
        server.start()
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS visit (id serial)")
            connection.execute("INSERT INTO visit DEFAULT VALUES")
        assert value_of(server.url, "SELECT count(*) FROM visit") == expected
        server.stop()
        assert processes_about(used_data_dir) == []


@pytest.mark.parametrize("name", ["with a blank", "with,comma", 'with"quote', "é" * 60, "x" * 200])
def test_directory_with_awkward_name_is_served(used_data_dir: Path, name: str) -> None:
    awkward = used_data_dir.rename(used_data_dir.with_name(name))
    for _start in range(2):
        server = EmbeddedPostgres(awkward)
        server.start()
        assert value_of(database_url(awkward), "SELECT 1") == 1
        server.stop()


def test_socket_elsewhere_is_in_a_private_directory(used_data_dir: Path) -> None:
    server = EmbeddedPostgres(used_data_dir.rename(used_data_dir.with_name("x" * 200)))
    server.start()
    directory = Path(str(value_of(server.url, "SHOW unix_socket_directories")).strip('"'))
    server.stop()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_two_directories_are_served_at_once(server: EmbeddedPostgres) -> None:
    with tempfile.TemporaryDirectory(prefix="cms-test-") as directory:
        other = EmbeddedPostgres(Path(directory))
        other.start()
        first, second = (
            value_of(url, "SELECT system_identifier FROM pg_control_system()")
            for url in (server.url, other.url)
        )
        other.stop()
    assert first != second


def test_server_killed_with_9_recovers_what_was_committed(used_data_dir: Path) -> None:
    server = EmbeddedPostgres(used_data_dir)
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster_pid(used_data_dir), signal.SIGKILL)
    wait_until(lambda: server.has_died, "the kill was not noticed")
    server.stop()
    server.start()
    assert value_of(server.url, "SELECT answer FROM kept") == 42
    server.stop()


def test_pid_file_that_names_another_live_process_is_ignored(used_data_dir: Path) -> None:
    server = EmbeddedPostgres(used_data_dir)
    server.start()
    pid_file = used_data_dir / "pg/data/postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    server.stop()
    pid_file.write_text("".join([f"{os.getppid()}\n", *lines[1:]]))
    server.start()
    assert value_of(server.url, "SELECT 1") == 1
    server.stop()


@pytest.fixture
def holder(used_data_dir: Path, start_process: StartProcess) -> Iterator[subprocess.Popen[str]]:
    """Another process that has started the server."""
    process = start_process(python_module("tests.cms.ops.server_holder", str(used_data_dir)))
    read_until(process, "postgres://")
    yield process
    process.kill()
    wait_until(
        lambda: processes_about(used_data_dir / "pg") == [], "PostgreSQL outlived its holder"
    )


def test_holder_killed_with_9_takes_the_server_along(
    holder: subprocess.Popen[str], used_data_dir: Path
) -> None:
    holder.kill()
    holder.wait()
    server = EmbeddedPostgres(used_data_dir)
    server.start()
    assert value_of(server.url, "SELECT 1") == 1
    log = (used_data_dir / "pg/log").read_text()
    assert "not properly shut down" not in log
    server.stop()


def test_second_process_shares_the_server_and_leaves_it_running(
    holder: subprocess.Popen[str], used_data_dir: Path
) -> None:
    pid = postmaster_pid(used_data_dir)
    guest = EmbeddedPostgres(used_data_dir)
    guest.start()
    assert value_of(guest.url, "SELECT 1") == 1
    guest.stop()
    assert postmaster_pid(used_data_dir) == pid
    assert value_of(guest.url, "SELECT 1") == 1


def test_directory_of_another_major_version_is_refused_in_one_line(used_data_dir: Path) -> None:
    server = EmbeddedPostgres(used_data_dir)
    server.start()
    server.stop()
    (used_data_dir / "pg/data/PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 17") as refusal:
        server.start()
    assert "\n" not in str(refusal.value)
    server.stop()


def test_broken_used_data_directory_reports_postgresqls_own_words(used_data_dir: Path) -> None:
    server = EmbeddedPostgres(used_data_dir)
    server.start()
    server.stop()
    (used_data_dir / "pg/data/global/pg_control").write_bytes(b"")
    with pytest.raises(EmbeddedPostgresError, match=r"PostgreSQL did not start: .*(FATAL|PANIC)"):
        server.start()
    server.stop()


def test_interrupted_creation_is_begun_again(data_dir: Path) -> None:
    unfinished = data_dir / "pg/data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(data_dir)
    server.start()
    assert value_of(server.url, "SELECT 1") == 1
    server.stop()
    assert not unfinished.exists()


def test_file_in_place_of_the_directory_is_refused_in_one_line(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "pg").write_text("")
    with pytest.raises(EmbeddedPostgresError, match="cannot use"):
        EmbeddedPostgres(data_dir).start()


@needs_root
def test_second_system_user_runs_a_server_beside_roots(
    server: EmbeddedPostgres, start_process: StartProcess
) -> None:
    with tempfile.TemporaryDirectory(prefix="cms-test-") as directory:
        os.chown(directory, 65534, 65534)
        process = start_process(as_nobody("tests.cms.ops.server_holder", directory))
        url = read_until(process, "postgres://").splitlines()[-1]
        assert value_of(url, "SELECT 1") == 1
        assert value_of(server.url, "SELECT 1") == 1
        process.kill()
        wait_until(lambda: processes_about(Path(directory)) == [], "a process was left")


@needs_root
def test_directory_of_another_user_is_refused_in_one_line(
    server: EmbeddedPostgres, used_data_dir: Path, start_process: StartProcess
) -> None:
    process = start_process(as_nobody("tests.cms.ops.server_holder", str(used_data_dir)))
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode != 0
    assert "Permission denied" in output


def as_nobody(module: str, argument: str) -> list[str]:
    """An ordinary user who may read the checkout wherever it is, but write nothing of root's."""
    read_everything = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    return [*user, *read_everything, *python_module(module, argument)]
