"""Exact limits, wide limits, and requests that may be repeated."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import RequestFactory
from rest_framework.exceptions import ParseError, Throttled

from cms.http import idempotency
from cms.http.accepted_limit import LimitReachedError, accept_one
from cms.http.advisory_lock import wait_for_lock
from cms.http.attempt_limit import count_attempt
from cms.http.client_key import client_key
from cms.http.idempotency import Answer, InFlightError, KeyTakenError, answer_once
from cms.models import AcceptedRequest, RememberedAnswer

pytestmark = pytest.mark.usefixtures("committed_database")

HOUR = timedelta(hours=1)
PARALLEL = 24


@pytest.fixture(autouse=True)
def _nothing_counted(committed_database: str) -> None:
    AcceptedRequest.objects.all().delete()
    RememberedAnswer.objects.all().delete()


def accept(client: str = "a") -> bool:
    try:
        with transaction.atomic():
            accept_one(scope="test", client=client, limit=3, period=HOUR)
    except LimitReachedError:
        return False
    return True


def in_parallel(act: Callable[[int], Any]) -> list[Any]:
    """What ``act`` answers to each number, all begun at the same moment."""
    barrier = threading.Barrier(PARALLEL)

    def run(number: int) -> Any:
        barrier.wait(timeout=30)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as threads:
        return list(threads.map(run, range(PARALLEL)))


def test_exactly_three_of_many_at_once_are_accepted() -> None:
    assert sum(in_parallel(lambda _n: accept())) == 3
    assert accept("b")


def test_time_is_measured_back_from_now_and_not_in_hours_of_the_clock() -> None:
    for minutes in (61, 59, 30, 1):
        assert accept(), minutes
        AcceptedRequest.objects.filter(pk=AcceptedRequest.objects.latest("pk").pk).update(
            accepted_at=F("accepted_at") - timedelta(minutes=minutes)
        )
    assert not accept()
    with pytest.raises(LimitReachedError) as reached, transaction.atomic():
        accept_one(scope="test", client="a", limit=3, period=HOUR)
    assert 50 <= reached.value.retry_after <= 60


def test_what_is_rolled_back_has_not_counted() -> None:
    for _ in range(5):
        with transaction.atomic():
            accept_one(scope="test", client="a", limit=3, period=HOUR)
            transaction.set_rollback(True)
    assert [accept() for _ in range(4)] == [True, True, True, False]


def test_lock_outside_of_a_transaction_is_an_error() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        wait_for_lock("nothing")


SAME = [
    ("203.0.113.5", "::ffff:203.0.113.5"),
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
]
DIFFERENT = [("203.0.113.5", "203.0.113.6"), ("2001:db8:1:2::1", "2001:db8:1:3::1")]


def key_of(address: str, **headers: str) -> str:
    return client_key(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_client_has_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other) == key_of(one, X_Forwarded_For="198.51.100.7")
    assert one not in key_of(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_clients_have_two_keys(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_attempts_have_a_wide_limit() -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.77")
    wait: float | None = None
    accepted = 0
    while wait is None:
        try:
            count_attempt(request, scope="test", rate="5/h")
        except Throttled as throttled:
            wait = throttled.wait
        else:
            accepted += 1
            # The hours are those of a clock: one may end in between, and the count begins anew.
            assert accepted <= 10
    assert accepted >= 5
    assert 0 < wait <= 3600


def test_attempts_go_on_without_redis(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "attempts": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://:secret@127.0.0.1:1/0",
        },
    }
    for _ in range(3):
        count_attempt(RequestFactory().post("/"), scope="test", rate="1/h")
    assert "Attempts are not counted" in caplog.text
    assert "secret" not in caplog.text


def once(key: str = "k", body: object = None, client: str = "a", *, waits: bool = False) -> Answer:
    made: list[int] = []

    def act() -> Answer:
        made.append(1)
        accept_one(scope="idempotent", client=client, limit=100, period=HOUR)
        return Answer(201, {"number": AcceptedRequest.objects.count()})

    with transaction.atomic():
        return answer_once(client=client, scope="test", key=key, body=body, act=act, waits=waits)


def test_repeat_gets_the_first_answer_and_does_nothing() -> None:
    first = once(body={"a": 1, "b": 2})
    assert once(body={"b": 2, "a": 1}) == first
    assert AcceptedRequest.objects.count() == 1
    with pytest.raises(KeyTakenError):
        once(body={"a": 1})
    assert once(client="b") != first


def test_key_is_free_again_after_a_day() -> None:
    first = once()
    RememberedAnswer.objects.update(answered_at=F("answered_at") - idempotency.KEPT_FOR)
    assert once(body="other") != first


def test_of_many_at_once_one_acts_and_the_others_learn_of_it() -> None:
    def act(_number: int) -> str:
        try:
            return str(once().body["number"])
        except InFlightError:
            return "in flight"

    assert set(in_parallel(act)) <= {"1", "in flight"}
    assert AcceptedRequest.objects.count() == 1


def test_who_waits_gets_the_same_answer() -> None:
    answers = in_parallel(lambda _number: once(waits=True).body["number"])
    assert answers == [1] * PARALLEL


@pytest.mark.parametrize(
    ("given", "key"), [("abc", "abc"), ('"abc"', "abc"), ('"a b"', "a b"), (None, None)]
)
def test_key_may_be_bare_or_quoted(given: str | None, key: str | None) -> None:
    headers = {} if given is None else {"Idempotency-Key": given}
    assert idempotency.idempotency_key(RequestFactory().post("/", headers=headers)) == key


@pytest.mark.parametrize("given", ["", '""', '"a', "a b", "x" * 256, "é"])
def test_senseless_key_is_refused(given: str) -> None:
    request = RequestFactory().post("/", headers={"Idempotency-Key": given})
    with pytest.raises(ParseError):
        idempotency.idempotency_key(request)


def test_purge_forgets_what_counts_no_more() -> None:
    once()
    once("other")
    old = timedelta(hours=25)
    AcceptedRequest.objects.filter(pk=AcceptedRequest.objects.first().pk).update(  # type: ignore[union-attr]
        accepted_at=F("accepted_at") - old
    )
    RememberedAnswer.objects.filter(pk=RememberedAnswer.objects.first().pk).update(  # type: ignore[union-attr]
        answered_at=F("answered_at") - old
    )
    output = StringIO()
    call_command("purge_expired", stdout=output)
    assert "Forgot 2 counted or remembered requests." in output.getvalue()
    assert (AcceptedRequest.objects.count(), RememberedAnswer.objects.count()) == (1, 1)
