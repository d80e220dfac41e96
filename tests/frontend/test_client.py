"""The typed client: its behaviour over HTTP, its size, and what its types accept and refuse."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.frontend.node import NODE, PROJECT

CLIENT = PROJECT / "frontend" / "api"


def compile_types(folder: Path) -> subprocess.CompletedProcess[str]:
    compiler = PROJECT / "frontend/node_modules/typescript/bin/tsc"
    command = [NODE, compiler, "--project", folder]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.fixture
def frontend(frontend_packages: Path, tmp_path: Path) -> Path:
    """A copy of the client and its configuration to change."""
    shutil.copytree(CLIENT, tmp_path / "api")
    for name in ("tsconfig.json", "config.d.ts"):
        shutil.copy(PROJECT / "frontend" / name, tmp_path)
    return tmp_path


def test_client_behaves_over_http() -> None:
    command = [NODE, "--test", "--test-reporter=spec", "tests/frontend/client.test.js"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout


def test_client_stays_small() -> None:
    assert (CLIENT / "client.js").stat().st_size < 3_200


def test_types_accept_and_refuse_what_their_test_says(frontend: Path) -> None:
    accepted = compile_types(frontend)
    assert accepted.returncode == 0, accepted.stdout

    # A refusal that does not happen is an error, too.
    cases = frontend / "api" / "client.test-d.ts"
    cases.write_text(cases.read_text().replace('when: "soon"', 'when: "past"'))
    assert "Unused '@ts-expect-error' directive" in compile_types(frontend).stdout


def test_answer_that_the_document_no_longer_has_is_found(frontend: Path) -> None:
    schema = frontend / "api" / "schema.d.ts"
    changed = schema.read_text().replace("total_count", "count")
    assert changed != schema.read_text()
    schema.write_text(changed)
    refused = compile_types(frontend)
    assert refused.returncode != 0
    assert "Property 'total_count' does not exist" in refused.stdout
