"""Development without its debugging aids, with a cheap password hash and media that vanish."""

from pathlib import Path
from tempfile import TemporaryDirectory

from cms.settings.development import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Removed when the process ends.
_media = TemporaryDirectory(prefix="cms-test-media-")
MEDIA_ROOT = Path(_media.name)
