"""The whole configuration, safe as it stands; development and testing only loosen it."""

from typing import Any

from cms.settings import env, log_lines
from cms.settings.api import *  # noqa: F403
from cms.settings.audit import *  # noqa: F403
from cms.settings.editing import *  # noqa: F403
from cms.settings.github import *  # noqa: F403
from cms.settings.jobs import *  # noqa: F403
from cms.settings.limits import *  # noqa: F403
from cms.settings.limits import ATTEMPTS_CACHE
from cms.settings.mail import *  # noqa: F403
from cms.settings.monitoring import *  # noqa: F403
from cms.settings.newsletter import *  # noqa: F403
from cms.settings.newsletter_list import *  # noqa: F403
from cms.settings.outer_cache import *  # noqa: F403
from cms.settings.security import *  # noqa: F403
from cms.settings.sign_in import *  # noqa: F403
from cms.settings.site import *  # noqa: F403
from cms.settings.site import DATA_DIR, WEB_THREADS
from cms.settings.webhooks import *  # noqa: F403

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "cms",
    "cms.admin_api",
    "home",
    "content",
    "integrations.contact",
    "integrations.newsletter",
    "integrations.mail",
    "integrations.github",
    "integrations.webhooks",
    "wagtail_headless_preview",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    # Never modelsearch beside it: nothing could be saved ("Multiple instances of …").
    "wagtail.search",
    "wagtail.admin",
    "wagtail.api.v2",
    "wagtail",
    "taggit",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "procrastinate.contrib.django",
    "cms.django_admin.DjangoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "cms.ops.metrics.MetricsMiddleware",
    "cms.http.edge.EdgeMiddleware",
    "cms.ops.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.http.cors.ApiCorsMiddleware",
    "cms.http.request_gate.RequestGateMiddleware",
    "cms.http.conditional.PublicReadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.http.site_locale.SiteLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.database("DATABASE_URL"),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    },
}
# Only web processes pool (cms/wsgi.py); a command needs one connection and gives it back.
DATABASE_POOL = {
    "min_size": 1,
    "max_size": env.integer("DATABASE_POOL_MAX", default=WEB_THREADS, lowest=1, highest=1000),
    # A request fails soon while the database is away, or every thread would be waiting for it.
    "timeout": 3,
    # Longer, and the growing pauses between attempts go on for minutes after it is back.
    "reconnect_timeout": 2,
}
# What Wagtail keeps here it must be able to read, so it does not go to a Redis that may be away.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "attempts": ATTEMPTS_CACHE,
}
# Of each web process; 0 turns the cache of public answers off.
RESPONSE_CACHE_MEGABYTES = env.integer(
    "RESPONSE_CACHE_MEGABYTES", default=32, lowest=0, highest=4096
)

AUTH_USER_MODEL = "cms.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}", "OPTIONS": options}
    for validator, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"

LOCALE_PATHS = [env.PROJECT_DIR / "cms" / "locale"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.PROJECT_DIR / "staticfiles"
MEDIA_URL = "/media/"
MEDIA_ROOT = env.storage_directory("MEDIA_STORAGE_URL", DATA_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Wagtail's own tasks (search index, reference index) run inside the request; a queue would need a
# worker before anything new could be found.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

LOG_FORMAT = env.choice("LOG_FORMAT", default="json", choices=("json", "text"))
LOGGING = log_lines.configuration(LOG_FORMAT)
