"""The test settings with the routes that fail on purpose, for a server of its own."""

from cms.settings.testing import *  # noqa: F403

ROOT_URLCONF = "tests.cms.http.urls"
LOG_FORMAT = "json"
TRUSTED_PROXY_COUNT = 1
