"""The database goes away under a running server and comes back."""

import json
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.cms.http.breakable_database import BreakableDatabase
from tests.cms.http.conftest import LiveServer, database_url, running_server

pytestmark = [pytest.mark.django_db]

# Without limits of its own a request would wait for half a minute.
RECOVERY_SECONDS = 25


def status_of(server: LiveServer, path: str) -> int:
    return int(server.get(path).split(b" ", 2)[1])


def test_outage_is_503_and_over_soon_after_it_ends(tmp_path: Path) -> None:
    database = BreakableDatabase(connection.settings_dict)
    with running_server(tmp_path / "log", database_url(database.port)) as server:
        assert status_of(server, "/api/test/query/") == 200
        assert status_of(server, "/readyz") == 200

        database.cut()
        for _ in range(3):
            started = time.monotonic()
            head, _, body = server.get("/api/test/query/").partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 503")
            assert b"retry-after: " in head.lower()
            assert json.loads(body)["status"] == 503
            assert time.monotonic() - started < RECOVERY_SECONDS
        assert status_of(server, "/readyz") == 503
        assert status_of(server, "/healthz") == 200
        assert status_of(server, "/api/test/varied/") == 200

        database.restore()
        deadline = time.monotonic() + RECOVERY_SECONDS
        while (status := status_of(server, "/api/test/query/")) != 200:
            assert status == 503
            assert time.monotonic() < deadline
        assert status_of(server, "/readyz") == 200
        database.cut()
