"""Content security policies (CSP Level 3): what a browser may load for each part of the site."""

from collections.abc import Sequence

from csp.constants import NONE, SELF, UNSAFE_INLINE

POLICY_BY_PREFIX = {
    # Swagger UI writes style attributes; its scripts are files of our own.
    "/api/docs/": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "/api/": "default-src 'none'; frame-ancestors 'none'",
    "/media/": "default-src 'none'; sandbox",
}
"""Set by the edge, the first prefix that fits; everywhere else django-csp sets `admin_policy`."""


def admin_policy(frontend_origins: Sequence[str]) -> dict[str, dict[str, list[str]]]:
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
