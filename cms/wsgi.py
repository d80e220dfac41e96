"""The WSGI entry point of the web processes."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

# Only here: a management command or the worker needs one connection, not a pool.
settings.DATABASES["default"]["OPTIONS"]["pool"] = settings.DATABASE_POOL

application = get_wsgi_application()
