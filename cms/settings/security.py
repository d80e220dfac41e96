"""What protects requests and browsers: body limits, CORS, https, cookies, content policies."""

from urllib.parse import urlsplit

from cms.settings import content_security
from cms.settings.site import (
    FRONTEND_ORIGIN,
    FRONTEND_ORIGINS,
    PUBLIC_URL,
    TRUSTED_PROXY_COUNT,
)

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

CONTENT_SECURITY_POLICY = content_security.admin_policy(
    # Previews open FRONTEND_URL, whatever else is listed.
    dict.fromkeys([*FRONTEND_ORIGINS, FRONTEND_ORIGIN])
)
CONTENT_SECURITY_POLICY_BY_PREFIX = content_security.policies(FRONTEND_ORIGIN)
