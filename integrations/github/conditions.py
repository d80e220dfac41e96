"""Whether the feeds are as new as they should be, for /readyz."""

from cms.ops.conditions import OK
from integrations.github.refresh import troubled_feeds


def feeds_condition() -> str:
    """Which feeds are stale, or have never come in, and why; "ok" if none."""
    reasons = [f"{feed.name} stale: {feed.failure or 'not refreshed'}" for feed in troubled_feeds()]
    return ", ".join(reasons) or OK
