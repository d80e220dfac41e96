"""For how long others may keep a public answer (RFC 9111 and RFC 5861)."""

MAX_AGE_SECONDS = 10
STALE_WHILE_REVALIDATE_SECONDS = 30
STALE_IF_ERROR_SECONDS = 86_400


def cache_control(remaining_seconds: float | None) -> str:
    """The Cache-Control of an answer that is known to change in ``remaining_seconds``, or not.

    Both lifetimes end with it.
    """
    max_age, stale = MAX_AGE_SECONDS, STALE_WHILE_REVALIDATE_SECONDS
    if remaining_seconds is not None:
        remaining = max(0, int(remaining_seconds))
        max_age = min(max_age, remaining)
        stale = min(stale, remaining - max_age)
    return (
        f"public, max-age={max_age}, stale-while-revalidate={stale}, "
        f"stale-if-error={STALE_IF_ERROR_SECONDS}"
    )


UNCHANGING = cache_control(None)
SHORTENED_WITHIN_SECONDS = MAX_AGE_SECONDS + STALE_WHILE_REVALIDATE_SECONDS + 1
"""An answer that changes later than in this time has the Cache-Control of one that does not."""
