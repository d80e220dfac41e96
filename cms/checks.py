"""System checks of the project. Those that need the database run with `manage.py check --database
default` and every migrate, those of a deployment with `check --deploy`.
"""

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
    # One more in each process, beside the pool, tells the content version.
    of_a_process = settings.DATABASE_POOL["max_size"] + bool(settings.RESPONSE_CACHE_MEGABYTES)
    web = settings.WEB_PROCESSES * of_a_process
    needed = web + settings.WORKER_CONNECTIONS + _CONNECTIONS_FOR_OTHERS
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


@register(Tags.caches, deploy=True)
def processes_share_answers(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """cms.W003: without Redis each process makes every answer itself."""
    if settings.REDIS_URL or settings.WEB_PROCESSES == 1 or not settings.RESPONSE_CACHE_MEGABYTES:
        return []
    problem = f"{settings.WEB_PROCESSES} web processes share no answers: REDIS_URL is not set."
    hint = "Set REDIS_URL to a Redis or Valkey, or WEB_PROCESSES to 1."
    return [Warning(problem, hint=hint, id="cms.W003")]
