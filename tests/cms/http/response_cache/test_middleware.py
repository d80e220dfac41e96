"""What is remembered, what is sent, and what never is."""

import gzip
import json
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.content_version.version import KNOWN_WITHIN_SECONDS
from tests.cms.content_version.conftest import Database
from tests.cms.http.response_cache.conftest import MEGABYTE, Answer, Site, StartSite, environ_for

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cms.http.urls")]

COUNTED = "/api/test/counted/"
OF_ONE_REQUEST = {"x-request-id", "cache-status"}


def common_headers(answer: Answer) -> dict[str, str]:
    return {k: v for k, v in answer.headers.items() if k not in OF_ONE_REQUEST}


def bump(database: Database) -> None:
    database.execute("SELECT cms_bump_content_version()")
    time.sleep(KNOWN_WITHIN_SECONDS)


def test_second_answer_is_the_first_one_without_django(cached_site: Site) -> None:
    first = cached_site.ask(COUNTED)
    with CaptureQueriesContext(connection) as queries:
        second = cached_site.ask(
            COUNTED.rstrip("/"), Cookie="sessionid=x", Authorization="Bearer x"
        )
    assert (first.became, second.became) == ("fwd=miss", "hit")
    assert (second.status, second.body) == (first.status, first.body)
    assert common_headers(second) == common_headers(first)
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert second.headers["access-control-allow-origin"] == "*"
    assert second.headers["content-security-policy"].startswith("default-src 'none'")
    assert len(queries) == 0


def test_request_id_of_the_caller_is_returned_and_logged(
    cached_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    cached_site.ask(COUNTED)
    with caplog.at_level(logging.INFO, "cms.access"):
        caplog.clear()
        answer = cached_site.ask(COUNTED, X_Request_ID="abcdefgh-1", Accept_Encoding="gzip")
    assert answer.headers["x-request-id"] == "abcdefgh-1"
    (line,) = [vars(record) for record in caplog.records]
    assert (line["request_id"], line["path"], line["status"]) == ("abcdefgh-1", COUNTED, 200)
    assert line["bytes"] == len(answer.body)
    assert line["client"] == "127.0.0.0/24"


def test_new_content_version_makes_a_new_answer(cached_site: Site, database: Database) -> None:
    first = cached_site.ask(COUNTED)
    bump(database)
    second = cached_site.ask(COUNTED)
    assert second.became == "fwd=miss"
    assert second.body != first.body
    assert cached_site.ask(COUNTED).body == second.body


def test_compressed_form_is_sent_to_whom_it_suits(cached_site: Site) -> None:
    plain = cached_site.ask(COUNTED)
    for value in ("gzip", "br, GZIP;q=0.5", "*"):
        answer = cached_site.ask(COUNTED, Accept_Encoding=value)
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(answer.body) == plain.body
        assert int(answer.headers["content-length"]) == len(answer.body) < len(plain.body)
        assert answer.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        assert answer.headers["etag"] == plain.headers["etag"]
    for value in ("", "br", "identity", "gzip;q=0", "*;q=0", "gzipped"):
        answer = cached_site.ask(COUNTED, Accept_Encoding=value)
        assert "content-encoding" not in answer.headers
        assert answer.body == plain.body


def test_conditional_request_is_answered_and_remembered(
    cached_site: Site, start_site: StartSite
) -> None:
    etag = cached_site.ask("/api/test/varied/").headers["etag"]
    assert cached_site.ask("/api/test/varied/", If_None_Match='"other"').status == 200
    fresh = start_site()
    for answer in (
        fresh.ask("/api/test/varied/", If_None_Match=etag),
        fresh.ask("/api/test/varied/", If_None_Match=f'"x", {etag.removeprefix("W/")}'),
        fresh.ask("/api/test/varied/", If_None_Match="*"),
    ):
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == etag
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["cache-control"].startswith("public, max-age=10")
        assert not {"content-type", "content-length", "content-encoding"} & answer.headers.keys()
    whole = fresh.ask("/api/test/varied/")
    assert (whole.became, whole.status) == ("hit", 200)
    assert json.loads(whole.body) == {"text": "ñ"}
    assert whole.headers["content-type"] == "application/json"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_is_get_without_the_body(cached_site: Site, encoding: str) -> None:
    made = cached_site.ask(COUNTED, "HEAD", Accept_Encoding=encoding)
    get = cached_site.ask(COUNTED, Accept_Encoding=encoding)
    head = cached_site.ask(COUNTED, "HEAD", Accept_Encoding=encoding)
    assert (made.became, get.became, head.became) == ("fwd=miss", "hit", "hit")
    assert head.body == b""
    assert common_headers(head) == common_headers(get)
    assert head.headers["content-length"] == str(len(get.body))


@pytest.mark.parametrize(
    "target",
    [
        f"{COUNTED}?status=404",
        f"{COUNTED}?status=500",
        f"{COUNTED}?status=302",
        "/api/test/with-cookie/",
        "/api/test/unstored/",
        "/api/test/fail/503",
        "/api/test/plain/500/",
        "/api/nothing/",
    ],
)
def test_what_is_no_plain_success_is_never_remembered(cached_site: Site, target: str) -> None:
    first, second = cached_site.ask(target), cached_site.ask(target)
    assert first.status == second.status
    assert not {first.became, second.became} & {"hit", "fwd=miss"}


def test_answer_ends_when_it_is_known_to_change(cached_site: Site) -> None:
    first = cached_site.ask("/api/test/temporary/0/")
    assert first.headers["cache-control"].startswith("public, max-age=0, stale-while-revalidate=0,")
    time.sleep(0.6)
    assert cached_site.ask("/api/test/temporary/0/").became == "fwd=miss"
    cached_site.ask("/api/test/temporary/20/")
    again = cached_site.ask("/api/test/temporary/20/")
    assert again.became == "hit"
    stale = re.match(
        r"public, max-age=10, stale-while-revalidate=(\d+),", again.headers["cache-control"]
    )
    assert stale
    assert 0 < int(stale[1]) <= 10


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"HTTP_HOST": "evil.example"}, 400), ({"CONTENT_LENGTH": "99999999"}, 413)],
)
def test_what_the_gate_refuses_is_refused_although_there_is_an_answer(
    cached_site: Site, changes: dict[str, Any], status: int
) -> None:
    cached_site.ask(COUNTED)
    assert cached_site.ask_with(environ_for(COUNTED) | changes).status == status


def test_one_thread_makes_the_answer_and_the_others_wait(cached_site: Site) -> None:
    cached_site.ask("/api/test/varied/")
    barrier = threading.Barrier(6)

    def ask(_number: int) -> Answer:
        barrier.wait()
        return cached_site.ask(f"{COUNTED}?seconds=0.5")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert len({answer.body for answer in answers}) == 1
    became = [answer.became for answer in answers]
    assert became.count("fwd=miss") == 1
    assert set(became) <= {"fwd=miss", "fwd=miss; collapsed", "hit"}


def test_failure_is_not_shared_and_keeps_nobody_waiting(cached_site: Site) -> None:
    cached_site.ask("/api/test/varied/")
    barrier = threading.Barrier(4)

    def ask(_number: int) -> Answer:
        barrier.wait()
        return cached_site.ask(f"{COUNTED}?seconds=0.3&status=500")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert [answer.status for answer in answers] == [500] * 4
    assert len({answer.headers["x-request-id"] for answer in answers}) == 4


def test_addresses_that_nobody_else_asks_for_do_not_displace_the_others(
    start_site: StartSite,
) -> None:
    site = start_site(limit=MEGABYTE)
    for _ in range(2):
        site.ask(COUNTED)
    for number in range(400):
        site.ask(f"{COUNTED}?n={number}")
    assert site.ask(COUNTED).became == "hit"
    assert site.ask(f"{COUNTED}?n=399").became == "hit"
    assert site.ask(f"{COUNTED}?n=0").became == "fwd=miss"
