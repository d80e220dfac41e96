"""Caches in front are emptied after every change, once for all that are waiting, and again if they
were away; what comes of it is seen by whoever has to know.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cms.content_version.version import VISIBLE_AFTER, bump_content_version
from cms.models import ContentChange, OuterCacheState
from cms.ops import outer_cache
from cms.ops.outer_cache_backends import CloudflareCache, PurgeableCache, PurgeFailedError
from tests.integrations.webhooks.receiver import Receiver, answer, hang, raw, reset
from tests.ports import free_port

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-more-than-24-characters"
ZONE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def varnish(settings: Settings) -> Iterator[Receiver]:
    """Something in front of the site that obeys, or does as it is told."""
    with Receiver() as running:
        settings.OUTER_CACHES = {"varnish": _purgeable(running)}
        OuterCacheState.objects.create(pk=1)
        yield running


def _purgeable(receiver: Receiver) -> dict[str, Any]:
    return {
        "BACKEND": "cms.ops.outer_cache_backends.PurgeableCache",
        "HOSTNAMES": ["cms.example.org"],
        "LOCATION": f"http://127.0.0.1:{receiver.port}/",
        "TOKEN": TOKEN,
    }


def let_pass(duration: timedelta) -> None:
    """As if everything noted had happened so much earlier."""
    times = ("changed_at", "purged_at", "next_attempt_at", "failing_since", "reported_at")
    OuterCacheState.objects.update(**{name: F(name) - duration for name in times})


def seconds_in(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, text
    return float(found[1])


def _state() -> OuterCacheState:
    return OuterCacheState.objects.get()


def _is_purged(since: datetime | None = None) -> bool:
    return outer_cache.is_purged(since=since or timezone.now() - timedelta(hours=1))


def test_change_is_purged_once_it_can_be_read_everywhere(varnish: Receiver) -> None:
    bump_content_version()
    outer_cache.purge_if_changed()
    assert varnish.received == []
    let_pass(VISIBLE_AFTER)
    outer_cache.purge_if_changed()
    let_pass(timedelta(minutes=1))
    outer_cache.purge_if_changed()
    (request,) = varnish.received
    assert request.headers["host"] == "cms.example.org"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"

    # One transaction counts once, and the test is one.
    ContentChange.objects.create(changed_at=timezone.now(), transaction_id=1, count=1, digest=1)
    outer_cache.purge_if_changed()
    assert len(varnish.received) == 1
    let_pass(VISIBLE_AFTER)
    outer_cache.purge_if_changed()
    assert len(varnish.received) == 2


def test_one_purge_serves_everything_before_it(varnish: Receiver) -> None:
    assert _is_purged()
    assert _is_purged()
    assert len(varnish.received) == 1
    state = _state()
    assert state.purged_at is not None
    pause = timedelta(seconds=PurgeableCache.seconds_between_purges)
    assert state.next_attempt_at >= state.purged_at + pause, "another one has to wait"
    OuterCacheState.objects.update(next_attempt_at=Now() + timedelta(minutes=1))
    assert not _is_purged(timezone.now() + timedelta(minutes=1))
    assert len(varnish.received) == 1


def test_who_finds_a_purge_under_way_waits_for_it(varnish: Receiver) -> None:
    OuterCacheState.objects.update(next_attempt_at=Now() + timedelta(seconds=60))
    assert not _is_purged()
    assert varnish.received == []


@pytest.mark.parametrize(
    "behaviour", [answer(403), answer(500), answer(301, Location="/"), reset, raw(b"nonsense\r\n")]
)
def test_cache_that_does_not_obey_is_asked_again_later_and_later(
    varnish: Receiver, behaviour: Any, caplog: pytest.LogCaptureFixture
) -> None:
    varnish.behave(behaviour)
    for pause in (5, 10, 20):
        asked_at = timezone.now()
        assert not _is_purged()
        assert _state().next_attempt_at >= asked_at + timedelta(seconds=pause)
        assert not _is_purged()
        let_pass(timedelta(seconds=pause))
    assert len(varnish.received) == 3
    assert _state().failures == 3
    assert f"127.0.0.1:{varnish.port}" in caplog.text
    varnish.behave(answer())
    assert _is_purged()
    assert (_state().failures, _state().failing_since) == (0, None)


def test_cache_that_is_away_fails_plainly(varnish: Receiver) -> None:
    varnish.__exit__(None, None, None)
    assert not _is_purged()
    assert _state().failures == 1


def test_hanging_cache_is_given_up(varnish: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.ops.outer_cache_backends.TIMEOUT_SECONDS", 0.2)
    varnish.behave(hang)
    assert not _is_purged()
    assert _state().failures == 1


def test_failure_is_in_readyz_and_metrics_and_mailed_once(
    varnish: Receiver, client: Client, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ADMINS = [("", "ops@example.org")]
    assert client.get("/readyz").json()["checks"]["outer_cache"] == "ok"
    varnish.behave(answer(500))
    assert not _is_purged()
    assert not outer_cache.report_failure()
    let_pass(timedelta(seconds=400))
    told = client.get("/readyz").json()["checks"]["outer_cache"]
    assert 400 <= seconds_in(r"not purged for (\d+) s", told) < 500
    metrics = client.get("/metrics").content.decode()
    assert 400 <= seconds_in(r"\ncms_outer_cache_failing_seconds (\S+)", metrics) < 500
    assert outer_cache.report_failure()
    assert not outer_cache.report_failure()
    assert len(mailoutbox) == 1
    varnish.behave(answer())
    assert _is_purged()
    assert client.get("/readyz").json()["checks"]["outer_cache"] == "ok"


def test_mail_that_is_not_taken_is_tried_again(
    varnish: Receiver, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ADMINS = [("", "ops@example.org")]
    varnish.behave(answer(500))
    assert not _is_purged()
    let_pass(timedelta(seconds=400))
    working = settings.EMAIL_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert not outer_cache.report_failure()
    settings.EMAIL_BACKEND = working
    assert outer_cache.report_failure()
    assert len(mailoutbox) == 1


def test_without_caches_there_is_nothing_to_do_or_to_show(client: Client) -> None:
    assert _is_purged()
    outer_cache.purge_if_changed()
    assert not OuterCacheState.objects.exists()
    assert "outer_cache" not in client.get("/readyz").json()["checks"]


def test_caches_are_purged_from_the_inside_to_the_outside(settings: Settings) -> None:
    order: list[str] = []
    with Receiver() as inner, Receiver() as outer:
        inner.behave(lambda connection: (order.append("inner"), answer()(connection))[1])
        outer.behave(lambda connection: (order.append("outer"), answer()(connection))[1])
        settings.OUTER_CACHES = {"inner": _purgeable(inner), "outer": _purgeable(outer)}
        OuterCacheState.objects.create(pk=1)
        assert _is_purged()
    assert order == ["inner", "outer"]


def _cloudflare(receiver: Receiver) -> CloudflareCache:
    return CloudflareCache(
        {
            "HOSTNAMES": ["cms.example.org"],
            "ZONEID": ZONE,
            "BEARER_TOKEN": TOKEN,
            "API_URL": f"http://127.0.0.1:{receiver.port}/client/v4",
            "PREFIX": "/api/",
        }
    )


def test_cloudflare_forgets_the_api_of_this_host() -> None:
    with Receiver() as receiver:
        receiver.behave(answer(body=b'{"success": true, "result": {"id": "1"}}'))
        _cloudflare(receiver).purge_everything()
        (request,) = receiver.received
    assert request.path == f"/client/v4/zones/{ZONE}/purge_cache"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert json.loads(request.body) == {"prefixes": ["cms.example.org/api/"]}


@pytest.mark.parametrize(
    "behaviour",
    [
        answer(body=b'{"success": false, "errors": [{"code": 1, "message": "no"}]}'),
        answer(body=b"<html>"),
        answer(body=b"[]"),
        answer(429, body=b'{"success": false}'),
        reset,
    ],
)
def test_refusal_of_cloudflare_is_a_failure(behaviour: Any) -> None:
    with Receiver() as receiver:
        receiver.behave(behaviour)
        with pytest.raises(PurgeFailedError, match=r"127\.0\.0\.1"):
            _cloudflare(receiver).purge_everything()


def test_token_is_in_no_message() -> None:
    with Receiver() as receiver:
        receiver.behave(answer(403))
        with pytest.raises(PurgeFailedError) as raised:
            PurgeableCache(_purgeable(receiver)).purge_everything()
    assert TOKEN not in str(raised.value)
