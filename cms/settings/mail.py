"""How mail leaves."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cms.settings import env
from cms.settings.mail_providers import PROVIDERS, anymail_settings, sendgrid_webhook_key
from cms.settings.site import PUBLIC_URL

# Every mail is a row first; the worker sends it through MAIL_DELIVERY_BACKEND.
EMAIL_BACKEND = "integrations.mail.backend.QueueingEmailBackend"
EMAIL_PROVIDER = env.choice("EMAIL_PROVIDER", choices=("console", "smtp", *PROVIDERS))


def _own_domain() -> str:
    """Of PUBLIC_URL; an address of mail cannot be at a number."""
    host = str(urlsplit(PUBLIC_URL).hostname)
    try:
        ip_address(host)
    except ValueError:
        return host
    return "localhost"


ANYMAIL: dict[str, Any] = {}
if EMAIL_PROVIDER == "console":
    MAIL_DELIVERY_BACKEND = "django.core.mail.backends.console.EmailBackend"
    DEFAULT_FROM_EMAIL = env.mail_address("DEFAULT_FROM_EMAIL", f"noreply@{_own_domain()}")
else:
    DEFAULT_FROM_EMAIL = env.mail_address("DEFAULT_FROM_EMAIL")
if EMAIL_PROVIDER == "smtp":
    MAIL_DELIVERY_BACKEND = "integrations.mail.exchange.WatchedSMTPBackend"
    EMAIL_HOST = env.text("EMAIL_HOST")
    EMAIL_PORT = env.integer("EMAIL_PORT", default=587, lowest=1, highest=65_535)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_SSL = env.boolean("EMAIL_USE_SSL", default=False)
    EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
    if EMAIL_USE_SSL and EMAIL_USE_TLS:
        raise env.InvalidSettingError("EMAIL_USE_SSL", "and EMAIL_USE_TLS exclude each other.")
    EMAIL_TIMEOUT = 10
elif EMAIL_PROVIDER in PROVIDERS:
    MAIL_DELIVERY_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    ANYMAIL = anymail_settings(EMAIL_PROVIDER)
# What signs the events that these providers send; without it their routes are off.
SENDGRID_WEBHOOK_KEY = sendgrid_webhook_key()
MAILGUN_WEBHOOK_SIGNING_KEY = env.optional("MAILGUN_WEBHOOK_SIGNING_KEY")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Editors change these in the admin later; they are read once.
CONTACT_RECIPIENTS = env.mail_addresses("CONTACT_RECIPIENTS")
