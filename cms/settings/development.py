"""Production loosened for one's own machine: every variable has a default, errors are shown."""

from cms.ops.embedded_postgres import database_url
from cms.settings import env

_port = env.integer("PORT", default=8000, lowest=1, highest=65_535)
_frontend_port = env.integer("FRONTEND_PORT", default=3000, lowest=1, highest=65_535)

env.permit("DEBUG", "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES")
env.supply_defaults(
    {
        "SECRET_KEY": "development-only-0123456789-abcdefghijklmnopqrstuvwxyz",
        "JWT_SIGNING_KEY": "development-only-abcdefghijklmnopqrstuvwxyz-0123456789",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "PUBLIC_URL": f"http://localhost:{_port}",
        "FRONTEND_URL": f"http://localhost:{_frontend_port}",
        "DATABASE_URL": database_url(env.data_directory()),
        "EMAIL_PROVIDER": "console",
        "LOG_FORMAT": "text",
        # Where the lab of the demo site is.
        "TIME_ZONE": "America/Costa_Rica",
    }
)

from cms.settings.production import *  # noqa: E402, F403 (reads what is supplied above)
from cms.settings.production import STORAGES  # noqa: E402

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Straight from the packages, so that nothing has to be collected first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Not every browser keeps secure cookies of http://localhost, and the __Host- names need them.
SESSION_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "sessionid"
CSRF_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrftoken"
