"""The whole configuration, safe as it stands; development and testing only loosen it."""

from typing import Any
from urllib.parse import urlsplit

from cms.settings import content_security, env, log_lines

DATA_DIR = env.data_directory()

SECRET_KEY = env.secret("SECRET_KEY")
DEBUG = env.debug("DEBUG")
PUBLIC_URL = env.root_url("PUBLIC_URL")
FRONTEND_URL = env.base_url("FRONTEND_URL")
_frontend = urlsplit(FRONTEND_URL)
FRONTEND_ORIGINS = env.origins(
    "FRONTEND_ORIGINS", f"{_frontend.scheme}://{_frontend.netloc}".lower()
)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", PUBLIC_URL)
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", default=0, lowest=0, highest=10)
WEB_PROCESSES = env.integer("WEB_PROCESSES", default=2, lowest=1, highest=256)
WEB_THREADS = env.integer("WEB_THREADS", default=4, lowest=1, highest=256)

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "cms",
    "home",
    "content",
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
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
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

# The first part of each public API path that is not anonymous and the same for everybody.
PRIVATE_API_PREFIXES: tuple[str, ...] = (
    "/api/admin",
    "/api/auth",
    "/api/contact",
    "/api/email",
    "/api/github",
    "/api/subscribe",
    "/api/unsubscribe",
)
API_BODY_LIMIT = 64 * 1024
API_BODY_LIMITS = {
    "/api/admin/images": 10 * 1024 * 1024,
    "/api/admin/": 1024 * 1024,
    "/api/email/": 1024 * 1024,
    "/api/github/webhook": 5 * 1024 * 1024,
}

CORS_URLS_REGEX = rf"^({'|'.join(PRIVATE_API_PREFIXES)})(/|$)"
CORS_ALLOWED_ORIGINS = FRONTEND_ORIGINS
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = (
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-request-id",
)
CORS_EXPOSE_HEADERS = ("ETag", "Link", "Retry-After", "X-Request-ID")
CORS_PREFLIGHT_MAX_AGE = 86_400

SECURE_SSL_REDIRECT = urlsplit(PUBLIC_URL).scheme == "https"
# Without a proxy of our own anybody could send this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "cms.http.error_views.csrf_failure"

CONTENT_SECURITY_POLICY = content_security.admin_policy(FRONTEND_ORIGINS)
CONTENT_SECURITY_POLICY_BY_PREFIX = content_security.POLICY_BY_PREFIX

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
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

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

LANGUAGES = env.languages("CONTENT_LANGUAGES", "en,es")
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = [env.PROJECT_DIR / "cms" / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
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

WAGTAIL_SITE_NAME = "Lab CMS"
# Names of places: what else a machine may have ("localtime", "EST5EDT") browsers do not know.
WAGTAIL_USER_TIME_ZONES = env.places_of_time_zones()
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILAPI_BASE_URL = PUBLIC_URL
WAGTAILAPI_LIMIT_MAX = 100
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILIMAGES_IMAGE_MODEL = "content.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.forms.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
# "Python" and "python" are one tag.
TAGGIT_CASE_INSENSITIVE = True
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "ics", "odp", "ods", "odt"),
    *("pdf", "pptx", "txt", "xlsx", "zip"),
]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {
            "features": [
                *("h3", "h4", "bold", "italic", "link", "document-link"),
                *("ol", "ul", "hr", "code", "blockquote"),
            ],
        },
    },
}
# PostgreSQL's "simple" neither stems nor drops words, so search behaves alike in every language.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"},
}
# Wagtail's own tasks (search index, reference index) run inside the request; a queue would need a
# worker before anything new could be found.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cms.http.negotiation.FirstRendererNegotiation",
    "EXCEPTION_HANDLER": "cms.http.problem_mapping.drf_exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lab CMS",
    "DESCRIPTION": "Events, testimonials and pages of the site, as JSON for any frontend.",
    "VERSION": "2",
    "OAS_VERSION": "3.1.1",
    "PREPROCESSING_HOOKS": ["cms.http.api_docs.api_routes"],
    "SERVE_PUBLIC": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
}

EMAIL_PROVIDER = env.choice("EMAIL_PROVIDER", choices=("console", "smtp"))
if EMAIL_PROVIDER == "smtp":
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env.text("EMAIL_HOST")
    EMAIL_PORT = env.integer("EMAIL_PORT", default=587, lowest=1, highest=65_535)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=True)
    EMAIL_TIMEOUT = 10
    DEFAULT_FROM_EMAIL = env.mail_address("DEFAULT_FROM_EMAIL")
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    DEFAULT_FROM_EMAIL = env.mail_address(
        "DEFAULT_FROM_EMAIL", f"noreply@{urlsplit(PUBLIC_URL).hostname}"
    )
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOG_FORMAT = env.choice("LOG_FORMAT", default="json", choices=("json", "text"))
LOGGING = log_lines.configuration(LOG_FORMAT)
