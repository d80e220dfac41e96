"""Development without its debugging aids, with a cheap password hash and media that vanish."""

from pathlib import Path
from tempfile import TemporaryDirectory

from cms.settings.development import *  # noqa: F403
from cms.settings.development import INSTALLED_APPS as _INSTALLED_APPS

DEBUG = False
# A test says itself where another zone matters.
TIME_ZONE = "UTC"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test sees what it has just changed; the cache has tests of its own.
RESPONSE_CACHE_MEGABYTES = 0
EMAIL_BACKEND = MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# An outbox that a real worker can be let loose on.
INSTALLED_APPS = [*_INSTALLED_APPS, "tests.cms.ops.parcels"]

# Removed when the process ends.
_media = TemporaryDirectory(prefix="cms-test-media-")
MEDIA_ROOT = Path(_media.name)
