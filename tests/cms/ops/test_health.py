import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cms.ops.outbox import outbox_models
from content.models import ScheduledAttempt
from tests.cms.ops.parcels.models import Parcel

NAMES = {"database", "migrations", "cache", "worker", "jobs", "dead_letters", "publishing"}
"""Every app may add its own."""
GET_READYZ = """
import django
django.setup()
from django.test import Client
from django.utils import timezone
response = Client().get("/readyz")
print(response.status_code, response.json())
"""


@pytest.fixture
def client() -> Client:
    # A new client builds the middleware anew, which remembers that the database is migrated.
    return Client()


def worker_beats(*, seconds_ago: float = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def degraded(client: Client) -> dict[str, str]:
    """What is not in order; the answer is 200 all the same."""
    response = client.get("/readyz")
    assert response.status_code == 200
    checks: dict[str, str] = response.json()["checks"]
    wrong = {name: state for name, state in checks.items() if state != "ok"}
    assert response.json()["status"] == ("degraded" if wrong else "ok")
    return wrong


def test_healthz_needs_no_database(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {}}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_ok_with_a_migrated_database_and_a_worker(client: Client) -> None:
    worker_beats()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"].keys() >= NAMES
    assert response.json()["status"] == "ok"
    assert set(response.json()["checks"].values()) == {"ok"}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_503_until_every_migration_is_applied(client: Client) -> None:
    worker_beats()
    recorder = MigrationRecorder(connection)
    newest = MigrationLoader(connection).graph.leaf_nodes("cms")[0]
    recorder.record_unapplied(*newest)

    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "missing"}

    recorder.record_applied(*newest)
    assert client.get("/readyz").json()["status"] == "ok"


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


@pytest.mark.django_db
def test_missing_or_silent_worker_degrades(client: Client) -> None:
    assert degraded(client) == {"worker": "none running"}
    worker_beats(seconds_ago=90)
    assert degraded(client) == {"worker": "silent for 90 s"}
    worker_beats(seconds_ago=30)
    assert degraded(client) == {}


@pytest.mark.django_db
def test_work_that_waits_for_long_and_dead_letters_degrade(client: Client) -> None:
    worker_beats()
    row = Parcel.enqueue(door="http://127.0.0.1:1/")
    assert degraded(client) == {}
    Parcel.objects.update(next_attempt_at=Now() - timedelta(seconds=400))
    found = re.fullmatch(r"oldest due for (\d+) s", degraded(client)["jobs"])
    assert found
    assert 400 <= int(found[1]) < 500
    claimed = Parcel.objects.claim(row_id=row.pk, job_id=1)
    assert claimed is not None
    claimed.give_up(error="nobody opens")
    assert degraded(client)["dead_letters"] == "1 given up"
    assert claimed.cancel()
    assert "dead_letters" not in degraded(client)


@pytest.mark.django_db
def test_readyz_costs_few_queries_however_many_kinds_of_rows_there_are(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/readyz")  # looks for migrations, the first time
    assert len(list(outbox_models())) >= 4
    # Is it there; jobs, lanes, rows; and what the conditions of the apps ask.
    with django_assert_max_num_queries(4 + 4):
        client.get("/readyz")


@pytest.mark.django_db
def test_item_that_cannot_be_published_degrades(client: Client) -> None:
    worker_beats()
    content_type = ContentType.objects.get_for_model(Parcel)
    ScheduledAttempt.objects.create(
        content_type=content_type,
        object_id="1",
        action=ScheduledAttempt.Action.PUBLISH,
        due_at=timezone.now(),
        attempts=1,
        error="RuntimeError",
    )
    assert degraded(client) == {"publishing": "1 failing"}


@pytest.mark.django_db
def test_cache_that_fails_degrades(client: Client, settings: Settings) -> None:
    worker_beats()
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert degraded(client) == {"cache": "unknown"}
