"""Who may read the metrics, and what they say."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from tests.cms.ops.parcels.models import Parcel

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdefghijklmnop"


def scrape(client: Client, **headers: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_loopback_may_read_and_others_may_not(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    for stranger in ("203.0.113.7", "", "unix:"):
        assert client.get("/metrics", REMOTE_ADDR=stranger).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_loopback_of_a_proxy_is_nobody(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_loopback_counts_for_nothing_behind_a_proxy(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/metrics").status_code == 403


def test_token_opens_from_anywhere(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    far = {"REMOTE_ADDR": "203.0.113.7"}
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=bearer, **far).status_code == 200
    for wrong in (f"Bearer {TOKEN}x", f"bearer{TOKEN}", "Bearer ", "Bearer ñ", f"Basic {TOKEN}"):
        headers = {"Authorization": wrong}
        assert client.get("/metrics", headers=headers, **far).status_code == 403
    assert client.post("/metrics", headers=bearer, **far).status_code == 405


def test_requests_are_counted_by_route_and_not_by_path(client: Client) -> None:
    name = "cms_http_requests_total"
    unmatched = (name, (("method", "other"), ("route", "unmatched"), ("status", "4xx")))
    found = (name, (("method", "GET"), ("route", "api/v2/pages/"), ("status", "2xx")))
    before = scrape(client)
    for number in range(3):
        assert client.generic("BREW", f"/api/nowhere/{number}").status_code == 404
        assert client.get("/api/v2/pages/").status_code == 200
    after = scrape(client)
    assert after[unmatched] == before.get(unmatched, 0) + 3
    assert after[found] == before.get(found, 0) + 3
    assert not any("nowhere" in value for _name, labels in after for _key, value in labels)


def test_jobs_and_rows_are_those_of_the_database(client: Client) -> None:
    Parcel.enqueue(door="http://127.0.0.1:1/")
    metrics = scrape(client)
    assert metrics["cms_database_up", ()] == 1
    assert metrics["cms_jobs", (("queue", "default"), ("status", "todo"))] == 1
    assert metrics["cms_outbox_waiting", (("kind", "parcels.parcel"),)] == 1
    assert metrics["cms_outbox_dead_letters", (("kind", "parcels.parcel"),)] == 0
    assert metrics["cms_worker_lanes", ()] == 0
    assert metrics["cms_scheduled_publishing_failing", ()] == 0
    assert ("cms_worker_heartbeat_age_seconds", ()) not in metrics
