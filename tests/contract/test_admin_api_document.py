"""docs/admin-api.md is one shell session: it is run, and answers what it shows.

Each block `sh` runs in the same shell as those before it. If a block `json` follows, the last line
that was printed is that, where `…` stands for anything.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread

from tests.running_sites import prepare_with_members

DOCUMENT = Path(__file__).parents[2] / "docs" / "admin-api.md"
_BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "=== end of block ==="
_TIMEOUT_SECONDS = 120
_ANYTHING = "…"


def steps() -> list[tuple[str, Any]]:
    """Commands, each with what it is to answer, or None."""
    found: list[tuple[str, Any]] = []
    for kind, text in _BLOCK.findall(DOCUMENT.read_text()):
        if kind == "sh":
            found.append((text, None))
        else:
            command, _nothing = found.pop()
            found.append((command, json.loads(text)))
    return found


def differences(shown: Any, answered: Any, path: str = "") -> Iterator[str]:
    """Where an answer is not what the document shows."""
    if shown == _ANYTHING:
        return
    if isinstance(shown, dict) and isinstance(answered, dict):
        if shown.keys() != answered.keys():
            yield f"{path or '/'} has the fields {sorted(answered)}"
        for name in shown.keys() & answered.keys():
            yield from differences(shown[name], answered[name], f"{path}/{name}")
    elif isinstance(shown, list) and isinstance(answered, list) and len(shown) == len(answered):
        for number, (one, other) in enumerate(zip(shown, answered, strict=True)):
            yield from differences(one, other, f"{path}/{number}")
    elif shown != answered:
        yield f"{path or '/'} is {answered!r}"


@pytest.fixture
def cms(committed_database: str) -> Iterator[str]:
    """The address of a site with an editor, a moderator and an administrator."""
    prepare_with_members()
    thread = LiveServerThread("localhost", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    try:
        if thread.error:
            raise thread.error
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()
        connections.close_all()


def test_the_session_of_the_document_answers_what_it_shows(cms: str) -> None:
    session = steps()
    assert len(session) > 5
    script = "".join(f"{command}\necho\necho '{_END}'\n" for command, _shown in session)
    script = script.replace("CMS=http://localhost:8000", f"CMS={cms}", 1)
    shell = shutil.which("bash")
    assert shell
    run = subprocess.run(
        [shell, "-eu"],
        input=script,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )
    printed = run.stdout.split(f"{_END}\n")
    assert run.returncode == 0, (run.stderr, printed[-1], session[len(printed) - 1][0])
    compared = 0
    for (command, shown), output in zip(session, printed, strict=False):
        if shown is not None:
            answered = json.loads(output.strip().splitlines()[-1])
            assert list(differences(shown, answered)) == [], command
            compared += 1
    assert compared > 5


def test_a_difference_is_found() -> None:
    shown = {"a": "…", "b": [1, {"c": None}], "d": 2}
    assert list(differences(shown, {"a": 3, "b": [1, {"c": None}], "d": 2})) == []
    for wrong in (
        {"a": 3, "b": [1, {"c": None}]},
        {"a": 3, "b": [1, {"c": None}], "d": 2, "e": 1},
        {"a": 3, "b": [1], "d": 2},
        {"a": 3, "b": [1, {"c": 0}], "d": 2},
        [],
    ):
        assert list(differences(shown, wrong))
