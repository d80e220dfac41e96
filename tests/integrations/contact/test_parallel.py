"""The limit and the key of a message, as a real client meets them: over HTTP and at once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cms.models import AcceptedRequest, RememberedAnswer
from integrations.contact.models import ContactMessage
from tests.integrations.contact.conftest import MESSAGE, post
from tests.problems import assert_problem

pytestmark = pytest.mark.usefixtures("committed_database")

PARALLEL = 24
INVENTED = {
    "X-Forwarded-For": "198.51.100.{}",
    "X-Real-IP": "198.51.100.{}",
    "True-Client-IP": "198.51.100.{}",
    "Forwarded": "for=198.51.100.{}",
}


@pytest.fixture(autouse=True)
def _nothing_sent(committed_database: str) -> None:
    for model in (AcceptedRequest, RememberedAnswer, ContactMessage):
        model._default_manager.all().delete()


def post_in_parallel(address: str, **headers: str) -> list[Any]:
    """Braces in the ``address`` and ``headers`` are the number of the request."""
    barrier = threading.Barrier(PARALLEL)

    def run(number: int) -> Any:
        own = {name: value.format(number) for name, value in headers.items()}
        barrier.wait(timeout=60)
        try:
            return post(MESSAGE, client=Client(REMOTE_ADDR=address.format(number)), **own)
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as threads:
        return list(threads.map(run, range(PARALLEL)))


BEHIND_ONE_PROXY = INVENTED | {"X-Forwarded-For": "198.51.100.{}, 192.0.2.7"}


@pytest.mark.parametrize(
    ("proxies", "address", "headers"),
    [
        (0, "203.0.113.9", INVENTED),
        (0, "::ffff:203.0.113.9", INVENTED),
        (0, "2001:db8::{}", INVENTED),
        (1, "10.0.0.1", BEHIND_ONE_PROXY),
    ],
)
def test_exactly_three_are_accepted_whatever_the_headers_say(
    settings: Any, proxies: int, address: str, headers: dict[str, str]
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    answers = post_in_parallel(address, **headers)
    assert Counter(answer.status_code for answer in answers) == {201: 3, 429: PARALLEL - 3}
    assert ContactMessage.objects.count() == 3
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert_problem(refused, 429)
    assert 3500 < int(refused["Retry-After"]) <= 3600


def test_proxy_of_ours_tells_clients_apart(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    answers = post_in_parallel("10.0.0.1", **{"X-Forwarded-For": "192.0.2.7, 198.51.100.{}"})
    assert {answer.status_code for answer in answers} == {201}


def test_one_message_sent_many_times_is_one() -> None:
    answers = post_in_parallel("203.0.113.10", **{"Idempotency-Key": '"abc"'})
    assert set(Counter(answer.status_code for answer in answers)) <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert ContactMessage.objects.count() == 1


def test_repeat_gets_the_first_answer_and_uses_nothing_up() -> None:
    first = post(MESSAGE, **{"Idempotency-Key": "abc"})
    for _ in range(4):
        again = post(MESSAGE, **{"Idempotency-Key": '"abc"'})
        assert (again.status_code, again.content) == (201, first.content)
    assert_problem(post({**MESSAGE, "name": "Eve"}, **{"Idempotency-Key": "abc"}), 422)
    assert_problem(post(MESSAGE, **{"Idempotency-Key": '"abc'}), 400)
    assert [post(MESSAGE).status_code for _ in range(3)] == [201, 201, 429]


def test_refused_message_may_be_corrected_under_its_key() -> None:
    key = {"Idempotency-Key": "abc"}
    assert_problem(post({**MESSAGE, "email": "ana"}, **key), 400)
    assert post(MESSAGE, **key).status_code == 201
