"""The demo site with its frontend, as `make run` starts them, for tests from outside."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import global_settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from wagtail.models import Site

from tests.database_copy import database_for_others, make_template, mark_of_template
from tests.ports import free_port
from tests.running_sites import (
    PASSWORD,
    PROJECT,
    manage,
    prepare_with_members,
    server,
)

LOADS_WITHIN = 1_200


@dataclass(frozen=True)
class DemoSite:
    """Where API and admin, and where the reference frontend answer, without a slash at the end.

    `editor` and `moderator` sign in with `password`. The content is that of `load_demo`; who
    changes it puts it back, because all tests of a worker share it.
    """

    url: str
    frontend_url: str
    database_url: str
    log: Path
    password: str = PASSWORD


@pytest.fixture(scope="session")
def demo_site(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[DemoSite]:
    """One for all tests of a worker."""
    url, frontend_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    folder = tmp_path_factory.mktemp("demo")
    template, data = _loaded(django_db_blocker, pytestconfig.cache.mkdir("demo-site"))
    shutil.copytree(data, folder / "var")

    def move() -> None:
        Site.objects.update(hostname="127.0.0.1", port=urlsplit(frontend_url).port)

    with database_for_others(
        django_db_blocker, "site", prepare=move, template=template
    ) as database_url:
        environment = _environment(database_url, folder / "var")
        environment |= {"PUBLIC_URL": url, "FRONTEND_URL": frontend_url}
        log = folder / "log"
        api = manage("serve", *_address(url))
        frontend = manage("serve_frontend", *_address(frontend_url))
        with (
            server(api, environment, f"{url}/healthz", log),
            server(frontend, environment, frontend_url, log),
        ):
            yield DemoSite(url, frontend_url, database_url, log)


def _loaded(blocker: DjangoDbBlocker, cache: Path) -> tuple[str, Path]:
    """A database and a data directory with the demo site, which nobody else may change.

    Loading takes most of a minute of a processor. So it is done once for all workers, and kept for
    the next run, which finds out whether it still fits.
    """
    template = re.sub(r"_gw\d+$", "", connection.settings_dict["NAME"]) + "_demo"
    folder = cache / template
    with _locked(cache / f"{template}.lock"):
        mark_file, mark = folder / "mark", f"{_fingerprint()} {uuid.uuid4()}"
        if mark_file.is_file():
            found = mark_file.read_text()
            if found.split()[0] == mark.split()[0] and found == mark_of_template(blocker, template):
                return template, folder / "var"
        shutil.rmtree(folder, ignore_errors=True)
        make_template(blocker, template, mark, prepare=lambda url: _load(url, folder / "var"))
        mark_file.write_text(mark)
    return template, folder / "var"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    """Changes with the code and texts that the content is made of, and with the day."""
    digest = hashlib.sha256(str(timezone.localdate()).encode())
    digest.update(Path(__file__).read_bytes())
    for package in ("cms", "content", "home"):
        for path in sorted((PROJECT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _load(database_url: str, data: Path) -> None:
    # The server that they sign in at does not know the hash that makes other tests fast.
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
        prepare_with_members()
    connection.close()
    loading = subprocess.run(
        manage("load_demo"),
        cwd=PROJECT,
        env={**os.environ, **_environment(database_url, data), "DEBUG": "false"},
        capture_output=True,
        text=True,
        timeout=LOADS_WITHIN,
    )
    assert loading.returncode == 0, loading.stdout + loading.stderr


def _environment(database_url: str, data: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "cms.settings.development",
        "FRONTEND_ORIGINS": "",
        "WEB_PROCESSES": "1",
    }


def _address(url: str) -> list[str]:
    return ["--host", "127.0.0.1", "--port", str(urlsplit(url).port)]
