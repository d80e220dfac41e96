"""The second level, with a real Redis in every state that it may be in."""

import gzip
import random
import time
from typing import Any

import pytest

from cms.http.response_cache.answer import CachedAnswer
from cms.http.response_cache.shared import SharedCache
from tests.cms.http.response_cache.conftest import RedisServer, StartSite

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cms.http.urls")]

KEY, VERSION = "/api/v2/events", "7-00ff"
COUNTED = "/api/test/counted/"


def answer_of(text: str, **values: Any) -> CachedAnswer:
    arguments: dict[str, Any] = {
        "version": VERSION,
        "etag": 'W/"abc"',
        "headers": [("Content-Type", "application/json")],
        "body": text.encode(),
        "fresh_until": None,
        **values,
    }
    return CachedAnswer(**arguments)


def only_key(server: RedisServer) -> bytes:
    (name,) = server.client.keys()  # type: ignore[misc]
    return bytes(name)


@pytest.mark.parametrize("text", ["", "ñ", "ñ" * 5000])
def test_answer_comes_back_as_it_was_put(redis_server: RedisServer, text: str) -> None:
    soon = time.time() + 50
    put = answer_of(text, fresh_until=soon)
    redis_server.cache().put(KEY, put)
    got = redis_server.cache().get(KEY, VERSION)
    assert got is not None
    for name in ("version", "etag", "headers", "body", "fresh_until", "stored_at", "expires_at"):
        assert getattr(got, name) == getattr(put, name), name
    assert got.compressed == put.compressed
    assert 0 < redis_server.client.ttl(only_key(redis_server)) <= 50  # type: ignore[operator]


def test_other_key_version_namespace_or_secret_finds_nothing(redis_server: RedisServer) -> None:
    cache = redis_server.cache()
    cache.put(KEY, answer_of("text"))
    assert cache.get(KEY, VERSION) is not None
    assert cache.get("/api/v2/pages", VERSION) is None
    assert cache.get(KEY, "8-00ff") is None
    assert redis_server.cache(namespace="other").get(KEY, VERSION) is None
    assert redis_server.cache(secret=b"other").get(KEY, VERSION) is None


def forge(server: RedisServer, value: bytes) -> None:
    server.client.set(only_key(server), value)


@pytest.mark.parametrize("cut", [0, 1, 15, 16, 20, 100, -1])
def test_cut_value_is_no_value(redis_server: RedisServer, cut: int) -> None:
    cache = redis_server.cache()
    cache.put(KEY, answer_of("text"))
    value: Any = redis_server.client.get(only_key(redis_server))
    forge(redis_server, value[:cut])
    assert cache.get(KEY, VERSION) is None


def test_changed_byte_is_noticed(redis_server: RedisServer) -> None:
    cache = redis_server.cache()
    cache.put(KEY, answer_of("text"))
    value: Any = redis_server.client.get(only_key(redis_server))
    for place in range(0, len(value), 5):
        forge(redis_server, value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :])
        assert cache.get(KEY, VERSION) is None, place


def test_sealed_value_of_another_key_is_no_value(redis_server: RedisServer) -> None:
    cache = redis_server.cache()
    cache.put("/api/v2/pages", answer_of("pages"))
    pages: Any = redis_server.client.get(only_key(redis_server))
    redis_server.client.flushall()
    cache.put(KEY, answer_of("events"))
    forge(redis_server, pages)
    assert cache.get(KEY, VERSION) is None


@pytest.mark.parametrize("value", [b"", b"\x80\x04K\x01.", b"{}" * 100, b"\xff" * 400_000])
def test_foreign_value_is_no_value(redis_server: RedisServer, value: bytes) -> None:
    cache = redis_server.cache()
    cache.put(KEY, answer_of("text"))
    forge(redis_server, value)
    assert cache.get(KEY, VERSION) is None


def test_value_of_another_kind_changes_nothing(redis_server: RedisServer) -> None:
    cache = redis_server.cache()
    cache.put(KEY, answer_of("text"))
    name = only_key(redis_server)
    redis_server.client.delete(name)
    redis_server.client.lpush(name, "list")
    assert cache.get(KEY, VERSION) is None
    cache.put(KEY, answer_of("text"))
    assert cache.get(KEY, VERSION) is not None


def test_what_is_too_large_is_not_put(redis_server: RedisServer) -> None:
    noise = "".join(chr(33 + hash((n, "x")) % 90) for n in range(600_000))
    redis_server.cache().put(KEY, answer_of(noise))
    assert redis_server.client.dbsize() == 0


def test_body_that_could_not_be_read_back_whole_is_not_put(redis_server: RedisServer) -> None:
    redis_server.cache().put(KEY, answer_of("a" * (4 * 1024 * 1024 + 1)))
    assert redis_server.client.dbsize() == 0
    redis_server.cache().put(KEY, answer_of("a" * (4 * 1024 * 1024)))
    got = redis_server.cache().get(KEY, VERSION)
    assert got is not None
    assert len(got.body) == 4 * 1024 * 1024


def test_visitors_cannot_fill_it(redis_server: RedisServer) -> None:
    cache = redis_server.cache()
    body = random.Random(1).randbytes(120_000).hex()  # noqa: S311 - no secret
    for number in range(150):
        cache.put(f"{KEY}?search={number}", answer_of(body))
    used: Any = redis_server.client.info("memory")["used_memory"]  # type: ignore[index]
    assert 0 < int(str(redis_server.client.dbsize())) < 150
    assert used < 40 * 1024 * 1024


def test_processes_share_what_one_of_them_made(
    start_site: StartSite, redis_server: RedisServer
) -> None:
    one, other = start_site(redis_server.cache()), start_site(redis_server.cache())
    made = one.ask(COUNTED)
    shared = other.ask(COUNTED, Accept_Encoding="gzip")
    assert (made.became, shared.became) == ("fwd=miss", "hit; detail=shared")
    assert gzip.decompress(shared.body) == made.body
    assert shared.headers["etag"] == made.headers["etag"]
    assert shared.headers["link"] == made.headers["link"]
    assert other.ask(COUNTED).became == "hit"


def flush(server: RedisServer) -> None:
    server.client.flushall()


def fill(server: RedisServer) -> None:
    server.client.config_set("maxmemory-policy", "noeviction")
    server.client.config_set("maxmemory", "1")


def demand_password(server: RedisServer) -> None:
    server.client.config_set("requirepass", "secret")


TROUBLES = [RedisServer.end, RedisServer.hang, flush, fill, demand_password]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_with_redis_changes_nothing_but_speed(
    start_site: StartSite, redis_server: RedisServer, trouble: Any
) -> None:
    site = start_site(redis_server.cache())
    kept = site.ask(COUNTED)
    trouble(redis_server)
    assert site.ask(COUNTED).body == kept.body
    for number in range(5):
        made = site.ask(f"{COUNTED}?n={number}")
        assert (made.status, made.became) == (200, "fwd=miss")
        assert site.ask(f"{COUNTED}?n={number}").body == made.body
    assert start_site(redis_server.cache()).ask(COUNTED).status == 200


def test_hung_redis_is_left_alone_after_one_attempt(redis_server: RedisServer) -> None:
    cache = redis_server.cache()
    assert cache.is_reachable()
    redis_server.hang()
    assert cache.get(KEY, VERSION) is None
    started = time.monotonic()
    for _ in range(100):
        cache.get(KEY, VERSION)
        cache.put(KEY, answer_of("text"))
    # Each attempt would take three seconds, and the pause is five.
    assert time.monotonic() - started < 100
    assert not cache.is_reachable()
    redis_server.go_on()
    assert cache.is_reachable()


def test_redis_that_was_never_there_is_no_error() -> None:
    cache = SharedCache("redis://127.0.0.1:1/0", secret=b"s", namespace="test")
    cache.put(KEY, answer_of("text"))
    assert cache.get(KEY, VERSION) is None
    assert not cache.is_reachable()
