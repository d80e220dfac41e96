"""Content security policies (CSP Level 3): what a browser may load for each part of the site."""

from collections.abc import Iterable

from csp.constants import NONE, SELF, UNSAFE_INLINE

_POLICY_BY_PREFIX = {
    # Swagger UI writes style attributes; its scripts are files of our own.
    "/api/docs/": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "/api/": "default-src 'none'; frame-ancestors 'none'",
    "/media/": "default-src 'none'; sandbox",
}
_PREFIXES_OF_PLAIN_PAGES = ("/forms/", "/newsletter/")


def policies(frontend_origin: str) -> dict[str, str]:
    """Set by the edge, the first prefix that fits; elsewhere django-csp sets `admin_policy`."""
    # A form may end at the frontend: browsers count the redirect as one of its targets.
    plain_page = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"form-action 'self' {frontend_origin}; frame-ancestors 'none'"
    )
    return {**_POLICY_BY_PREFIX, **dict.fromkeys(_PREFIXES_OF_PLAIN_PAGES, plain_page)}


def admin_policy(frontend_origins: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """For Wagtail's and Django's admin: their forms have inline scripts, previews are frames."""
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF, UNSAFE_INLINE],
            "style-src": [SELF, UNSAFE_INLINE],
            "img-src": [SELF, "data:", "blob:"],
            "frame-src": [SELF, *frontend_origins],
            "frame-ancestors": [SELF],
            "object-src": [NONE],
            "base-uri": [SELF],
            "form-action": [SELF],
        }
    }
