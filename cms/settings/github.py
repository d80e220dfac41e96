"""Where GitHub is, and what is asked there until editors say otherwise."""

import re

from cms.settings import env


def _logins(name: str) -> list[str]:
    """Names of users and organisations; none when it is not set."""
    values = env.names(name) if env.optional(name) else []
    for value in values:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}", value):
            raise env.InvalidSettingError(name, f"must list names on GitHub, not {value!r}.")
    return values


GITHUB_API_URL = env.base_url("GITHUB_API_URL", "https://api.github.com")
GITHUB_TOKEN = env.token("GITHUB_TOKEN")
GITHUB_WEBHOOK_SECRET = env.token("GITHUB_WEBHOOK_SECRET")
GITHUB_CACHE_SECONDS = env.integer(
    "GITHUB_CACHE_SECONDS", default=21_600, lowest=300, highest=604_800
)
GITHUB_ACCOUNTS = _logins("GITHUB_ACCOUNTS")
GITHUB_CONTRIBUTORS = _logins("GITHUB_CONTRIBUTORS")
