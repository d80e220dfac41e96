"""The WSGI entry point of the web processes."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from cms.http.response_cache.configuration import with_response_cache
from cms.http.response_cache.middleware import Observation
from cms.ops.request_metrics import count_remembered

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

# Only here: a management command or the worker needs one connection, not a pool.
settings.DATABASES["default"]["OPTIONS"]["pool"] = settings.DATABASE_POOL


def _count(seen: Observation) -> None:
    count_remembered(
        outcome=seen.outcome.name.lower(),
        route=seen.route,
        method=seen.method,
        status=seen.status,
        seconds=seen.seconds,
    )


application = with_response_cache(get_wsgi_application(), observe=_count)
