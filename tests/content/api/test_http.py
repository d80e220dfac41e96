"""Caching, methods, forms of the path and origins, on every public route."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from content.api.calendar import FEED_PAST
from content.models import EventPage
from tests.content.api.seed import Seed
from tests.content.api.test_bad_input import address, operations, required
from tests.contract.openapi import ApiClient
from tests.factories import make_event
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

KEPT = "public, max-age=10, stale-while-revalidate=30, stale-if-error=86400"
PREVIEWS = "/api/v2/page_preview/"
METHODS = ["POST", "PUT", "PATCH", "DELETE"]


def requests(seeded: Seed) -> Iterator[str]:
    """One good request for every route that is the same for everybody."""
    values = {"html_path": {"redirects": "/old-about", "pages": "/about/"}, "path": "/about/"}
    for path, operation in operations():
        if path.startswith(PREVIEWS):
            continue
        query = required(operation)
        if "html_path" in query:
            kind = "redirects" if "redirects" in path else "pages"
            query = f"html_path={values['html_path'][kind]}"
        elif query:
            query = "path=/about/"
        yield address(path, seeded) + (f"?{query}" if query else "")
    yield "/api/schema/"


def toggled(path: str) -> str:
    base, question, query = path.partition("?")
    return (base.removesuffix("/") if base.endswith("/") else f"{base}/") + question + query


def without_stamp(body: bytes) -> bytes:
    """A calendar says when it was made."""
    return re.sub(rb"DTSTAMP:\w+\r\n", b"", body)


def test_every_answer_may_be_kept_and_asked_for_again(seeded: Seed, api: ApiClient) -> None:
    for path in requests(seeded):
        response = api.get(path)
        if response.status_code == 302:
            assert response.headers["Cache-Control"] == KEPT, path
            continue
        assert response.status_code == 200, path
        assert response.headers["Cache-Control"].startswith("public, max-age="), path
        assert "Vary" not in response.headers, path
        assert "Set-Cookie" not in str(response.headers), path
        etag = response.headers["ETag"]
        assert re.fullmatch(r'W/"[0-9a-f]{32}"', etag), path
        for given in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
            again = api.get(path, headers={"If-None-Match": given})
            assert (again.status_code, again.content) == (304, b""), (path, given)
            assert again.headers["ETag"] == etag, path
            assert again.headers["Cache-Control"] == response.headers["Cache-Control"], path
            assert "Content-Type" not in again.headers, path
        changed = api.get(path, headers={"If-None-Match": 'W/"0123"'})
        assert (changed.status_code, changed.content) == (200, response.content), path


def test_head_has_the_headers_of_get_and_no_body(seeded: Seed, api: ApiClient) -> None:
    for path in requests(seeded):
        get, head = api.get(path), api.head(path)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Location"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)


def test_one_slash_more_or_less_makes_no_difference(seeded: Seed, api: ApiClient) -> None:
    for path in requests(seeded):
        given, other = api.get(path), api.get(toggled(path))
        assert other.status_code == given.status_code, path
        assert without_stamp(other.content) == without_stamp(given.content), path
        for method in (*METHODS, "HEAD", "OPTIONS"):
            answers = [
                api.generic(method, one, content_type="application/json")
                for one in (path, toggled(path))
            ]
            assert answers[0].status_code == answers[1].status_code, (method, path)
            assert answers[1].status_code != 301, (method, path)


def test_other_methods_answer_405_and_say_which_there_are(seeded: Seed, api: ApiClient) -> None:
    for path in requests(seeded):
        for method in METHODS:
            response = api.generic(method, path, data="{}", content_type="application/json")
            assert_problem(response, 405)
            allowed = {one.strip() for one in response.headers["Allow"].split(",")}
            assert allowed == {"GET", "HEAD", "OPTIONS"}, (method, path)
        assert api.generic("TRACE", path).status_code == 405, path
        assert api.options(path).status_code == 204, path


def test_every_origin_may_read_and_none_with_credentials(seeded: Seed, api: ApiClient) -> None:
    origin = {"Origin": "https://anybody.example"}
    preflight = {**origin, "Access-Control-Request-Method": "GET"}
    for path in (*requests(seeded), "/api/v2/events/?bogus=1", "/api/v2/events/999999999/"):
        for response in (api.get(path, headers=origin), api.get(path)):
            assert response.headers["Access-Control-Allow-Origin"] == "*", path
            exposed = response.headers["Access-Control-Expose-Headers"]
            assert exposed == "ETag, Link, Retry-After, X-Request-ID", path
            assert "Access-Control-Allow-Credentials" not in response.headers, path
        allowed = api.options(path, headers=preflight)
        assert allowed.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS", path


def test_credentials_and_what_is_accepted_change_nothing(
    seeded: Seed, api: ApiClient, admin_client: Client
) -> None:
    for path in requests(seeded):
        plain = api.get(path)
        with transaction.atomic():
            signed_in = admin_client.get(
                path,
                headers={
                    "Authorization": "Bearer abc",
                    "Accept": "text/html",
                    "Accept-Language": "es",
                    "Cookie": "django_language=es",
                },
            )
            transaction.set_rollback(True)
        assert without_stamp(signed_in.content) == without_stamp(plain.content), path
        for name in ("Content-Type", "Cache-Control", "Vary"):
            assert signed_in.headers.get(name) == plain.headers.get(name), (path, name)


def lifetime(api: ApiClient, path: str) -> tuple[int, int]:
    header = api.get(path).headers["Cache-Control"]
    found = re.match(r"public, max-age=(\d+), stale-while-revalidate=(\d+),", header)
    assert found, header
    return int(found[1]), int(found[2])


def move(event: EventPage, *, seconds: int, lasts: int = 0) -> datetime:
    """Have it start in so many seconds from now, and answer when; quicker than publishing it."""
    starting = timezone.now() + timedelta(seconds=seconds)
    ending = starting + timedelta(seconds=lasts)
    EventPage.objects.filter(pk=event.pk).update(
        starts_at=starting, ends_at=ending if lasts else None, finishes_at=ending
    )
    return starting


def test_answer_is_kept_no_longer_than_it_holds(seeded: Seed, api: ApiClient) -> None:
    timed = [f"/api/v2/events/?when={when}" for when in ("upcoming", "ongoing", "past")]
    timed += ["/api/events?when=upcoming", "/api/events.ics?when=upcoming"]
    for path in (*timed, "/api/v2/events/"):
        assert lifetime(api, path) == (10, 30), path
    event = make_event()
    for path in timed:
        asked_at = timezone.now()
        starting = move(event, seconds=9, lasts=3)
        max_age, stale = lifetime(api, path)
        assert max_age <= (starting - asked_at).total_seconds(), path
        assert stale == 0, path
    assert lifetime(api, "/api/v2/events/") == (10, 30)
    for path in timed:
        move(event, seconds=39)
        max_age, stale = lifetime(api, path)
        assert max_age == 10, path
        assert 0 < stale <= 29, path


def test_feed_is_kept_no_longer_than_its_thirty_days(site: object, api: ApiClient) -> None:
    event = make_event()
    feed_past = round(FEED_PAST.total_seconds())
    move(event, seconds=9 - feed_past - 3600, lasts=3600)
    assert lifetime(api, "/api/events.ics")[0] < 10
    assert lifetime(api, "/api/events.ics?starts_before=2050-01-01") == (10, 30)


def test_feed_names_one_address_however_it_is_asked_for(site: object, api: ApiClient) -> None:
    make_event(tags=["python"])
    answers = {
        api.get(f"/api/events.ics{query}").content.partition(b"\r\nSOURCE")[2].partition(b"\r\n")[0]
        for query in ("?tag=python&featured=false", "/?featured=false&tag=%70ython")
    }
    assert len(answers) == 1
    assert answers.pop().startswith(
        b";VALUE=URI:http://localhost:8000/api/events.ics?featured=false"
    )


def test_json_is_compact_and_readable_as_it_is(seeded: Seed, api: ApiClient) -> None:
    body = api.get("/api/v2/events/").content
    compact = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    assert body.decode() == compact
    assert "San José" in compact
