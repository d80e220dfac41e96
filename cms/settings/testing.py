"""Development without its debugging aids, with a cheap password hash and files that vanish."""

import tempfile

from cms.settings.development import *  # noqa: F403
from cms.settings.development import DATABASES, STORAGES

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
