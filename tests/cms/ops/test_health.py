import os
import subprocess
import sys

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

READY = {"status": "ok", "checks": {"database": "ok", "migrations": "ok"}}
GET_READYZ = """
import django
django.setup()
from django.test import Client
response = Client().get("/readyz")
print(response.status_code, response.json())
"""


@pytest.fixture
def client() -> Client:
    # A new client builds the middleware anew, which remembers that the database is migrated.
    return Client()


def test_healthz_needs_no_database(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {}}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_ok_with_a_migrated_database(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == READY
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_503_until_every_migration_is_applied(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("cms", "0001_initial")

    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "missing"}

    recorder.record_applied("cms", "0001_initial")
    assert client.get("/readyz").json() == READY


def test_readyz_is_503_without_a_database() -> None:
    nowhere = "postgres://postgres@127.0.0.1:1/cms"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
        "DATABASE_URL": nowhere,
    }
    finished = subprocess.run(
        [sys.executable, "-c", GET_READYZ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    expected = "503 {'status': 'unavailable', 'checks': {'database': 'unreachable'}}"
    assert finished.stdout.strip() == expected


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probe_by_address_over_http_is_answered(
    client: Client, settings: pytest.FixtureRequest, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    assert client.get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_other_method_is_405(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
