"""Sites as processes of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import Group

from cms.models import User
from home.setup import prepare_site

PROJECT = Path(__file__).resolve().parent.parent
PASSWORD = "correct-horse-battery"
STARTS_WITHIN = 120


def prepare_with_members() -> None:
    """Make an empty site; `editor`, `moderator` and `administrator` sign in with PASSWORD."""
    prepare_site()
    User.objects.create_superuser("administrator", "administrator@example.org", PASSWORD)
    for name, group in (("editor", "Editors"), ("moderator", "Moderators")):
        user = User(username=name, email=f"{name}@example.org")
        user.set_password(PASSWORD)
        user.save()
        user.groups.add(Group.objects.get(name=group))


@contextmanager
def server(
    command: Sequence[str | Path], environment: Mapping[str, str], url: str, log: Path
) -> Iterator[None]:
    """Runs `command` from when `url` is answered to the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(url, process, log)
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def manage(*arguments: str) -> list[str]:
    """Command line of `manage.py`."""
    return [sys.executable, "manage.py", *arguments]


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=20):  # noqa: S310 - always our own http address
                return
        except HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"{url} did not start:\n{log.read_text()}")
