"""System checks that need the database: `manage.py check --database default`, and every migrate."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import Error, connection
from wagtail.models import Site

_CONNECTIONS_FOR_OTHERS = 5


@register(Tags.database)
def default_site_matches_frontend(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """cms.W001: pages get their public addresses from the default Site, not from FRONTEND_URL."""
    if not databases:
        return []
    try:
        site = Site.objects.filter(is_default_site=True).first()
    except Error:
        # Before the first migration there is no table; /readyz reports a database that is away.
        return []
    if site is None or _origin(site.root_url) == _origin(settings.FRONTEND_URL):
        return []
    problem = f"The default site is {site.root_url}, but FRONTEND_URL is {settings.FRONTEND_URL}."
    hint = "Change the site in the admin (Settings, Sites), or FRONTEND_URL."
    return [Warning(problem, hint=hint, id="cms.W001")]


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


@register(Tags.database)
def connections_suffice(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """cms.W002: a pool that outgrows the server answers 503 under load."""
    if not databases:
        return []
    needed = settings.WEB_PROCESSES * settings.DATABASE_POOL["max_size"] + _CONNECTIONS_FOR_OTHERS
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('max_connections')::int")
            (available,) = cursor.fetchone()
    except Error:
        return []
    if needed <= available:
        return []
    problem = f"Up to {needed} connections may be opened, but the server allows {available}."
    hint = "Lower WEB_PROCESSES or DATABASE_POOL_MAX, or raise max_connections."
    return [Warning(problem, hint=hint, id="cms.W002")]
