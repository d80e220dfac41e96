"""`make bench-contributions`: the same lists over 500 and over 50,000 contributions, side by side.

Milliseconds of one request after the other without the response cache, so each is answered by
PostgreSQL. Needs a database without contributions, and leaves it so.
"""

import argparse
import os
import statistics
import sys
import time
from http.client import HTTPConnection

import django
from django.db import connection

from benchmarks.server import Server, serving

SITE = "cms.wsgi:application"
FEW, MANY = 500, 50_000
QUERIES = (
    "",
    "?limit=100",
    "?offset=400",
    "?type=issue",
    "?state=merged",
    "?author=person-3",
    "?repository=example/project-7",
    "?author=person-3&state=open",
    "?repository=example/project-7&type=issue&state=closed",
    "?created_after=2024-01-01T00:00:00Z&created_before=2024-02-01T00:00:00Z",
    "?order=created_at",
)
# From 2016 to 2026, of 8 people in 128 repositories, a third of each state.
_FILL = """
    INSERT INTO github_contribution (
        github_id, type, state, repository, repository_key, number, title, html_url, author,
        author_key, author_avatar_url, author_html_url, labels, comments, created_at
    )
    SELECT
        n, (ARRAY['issue', 'pull_request'])[1 + n %% 2],
        (ARRAY['open', 'closed', 'merged'])[1 + n / 2 %% 3],
        repository, repository, n, 'Change number ' || n, 'https://github.com/example/' || n,
        author, author, '', 'https://github.com/' || author, ARRAY['docs'], 0,
        timestamptz '2016-01-01' + n * interval '10 years' / %(size)s
    FROM generate_series(1, %(size)s) AS n,
        LATERAL (SELECT 'example/project-' || (hashint4(n) & 127) AS repository) AS r,
        LATERAL (SELECT 'person-' || (hashint4(-n) & 7) AS author) AS a
"""


def _fill(size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE github_contribution")
        cursor.execute(_FILL, {"size": size})
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE github_contribution")


def _milliseconds(server: Server, target: str, times: int) -> list[float]:
    """Of each request, after some that are not counted."""
    client = HTTPConnection("127.0.0.1", server.port)
    taken = []
    for number in range(times + 5):
        started = time.perf_counter()
        client.request("GET", target)
        answer = client.getresponse()
        answer.read()
        if answer.status != 200:
            message = f"{target} was answered with {answer.status}"
            raise SystemExit(message)
        if number >= 5:
            taken.append((time.perf_counter() - started) * 1000)
    client.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="requests for each figure")
    options = parser.parse_args()
    medians: dict[int, list[float]] = {}
    slowest: dict[int, list[float]] = {}
    for size in (FEW, MANY):
        _fill(size)
        with serving(SITE, RESPONSE_CACHE_MEGABYTES="0", REDIS_URL="") as server:
            taken = [
                _milliseconds(server, f"/api/contributions{query}", options.times)
                for query in QUERIES
            ]
        medians[size] = [statistics.median(each) for each in taken]
        slowest[size] = [statistics.quantiles(each, n=100)[-1] for each in taken]
    sys.stdout.write(f"{'median and p99 in ms':<92} {FEW:>14,} {MANY:>14,}  ratio\n")
    for number, query in enumerate(QUERIES):
        cells = [f"{medians[size][number]:6.1f} {slowest[size][number]:7.1f}" for size in medians]
        ratio = medians[MANY][number] / medians[FEW][number]
        sys.stdout.write(f"/api/contributions{query:<74} {cells[0]} {cells[1]} {ratio:6.1f}\n")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE github_contribution")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    django.setup()
    main()
