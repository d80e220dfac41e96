"""The settings of the live server, with the response cache that tests otherwise leave off."""

from tests.cms.http.live_settings import *  # noqa: F403

RESPONSE_CACHE_MEGABYTES = 8
