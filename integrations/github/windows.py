"""Everything that a search finds, although GitHub answers no more than 1,000 results of one.

A search with more is asked again for each half of its time. The halves are always the same ones,
whenever it is asked, so what was found in them before need not be sent again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from integrations.github.models import StoredPage
from integrations.github.pages import PER_PAGE, Parse, Run

MOST_RESULTS = 1_000
# GitHub began in 2008. The end is far enough away, and a fixed one.
_FIRST = datetime(2008, 1, 1, tzinfo=UTC)
_END = datetime(2072, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def search(
    run: Run,
    terms: str,
    parse: Parse,
    subject: str,
    window: tuple[datetime, datetime] = (_FIRST, _END),
) -> Iterator[StoredPage]:
    """The pages of all results of ``terms``, by time of creation."""
    start, end = window
    pages = run.pages("/search/issues", _query(terms, start, end), parse, subject)
    first = next(pages)
    half = timedelta(seconds=(end - start) // _SECOND // 2)
    if (first.total_count or 0) > MOST_RESULTS and half:
        yield from search(run, terms, parse, subject, (start, start + half))
        yield from search(run, terms, parse, subject, (start + half, end))
        return
    yield first
    yield from pages


def _query(terms: str, start: datetime, end: datetime) -> dict[str, str]:
    """Both ends of a range count for GitHub, to the second."""
    created = f"created:{start:%Y-%m-%dT%H:%M:%SZ}..{end - _SECOND:%Y-%m-%dT%H:%M:%SZ}"
    # The newest first: what is added changes the first page, so no page stays as it was.
    return {
        "q": f"{terms} {created}",
        "sort": "created",
        "order": "desc",
        "per_page": str(PER_PAGE),
    }
