"""What each provider that django-anymail talks to over HTTP has to be told.

Amazon's SES is not among them, which needs a library of its own; it takes mail over SMTP.
"""

import base64
import warnings
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from cms.settings import env

# Names without the provider's own prefix: what is required, and what may be given.
PROVIDERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "brevo": (("API_KEY",), ("API_URL",)),
    "mailersend": (("API_TOKEN",), ("API_URL",)),
    "mailgun": (("API_KEY",), ("API_URL", "SENDER_DOMAIN")),
    "mailjet": (("API_KEY", "SECRET_KEY"), ("API_URL",)),
    "mailtrap": (("API_TOKEN",), ("API_URL", "SANDBOX_ID")),
    "mandrill": (("API_KEY",), ("API_URL",)),
    "postal": (("API_KEY", "API_URL"), ()),
    "postmark": (("SERVER_TOKEN",), ("API_URL", "MESSAGE_STREAM")),
    "resend": (("API_KEY",), ("API_URL",)),
    "scaleway": (("PROJECT_ID", "SECRET_KEY"), ("API_URL", "REGION")),
    "sendgrid": (("API_KEY",), ("API_URL",)),
    "sparkpost": (("API_KEY",), ("API_URL", "SUBACCOUNT")),
    "unisender_go": (("API_KEY", "API_URL"), ()),
}


def anymail_settings(provider: str) -> dict[str, Any]:
    """django-anymail's ANYMAIL for ``provider``, read from the environment."""
    # SendGrid is proven by our own tests; django-anymail's authors have no account to test with.
    warnings.filterwarnings("ignore", "django-anymail has dropped official support for SendGrid")
    required, optional = PROVIDERS[provider]
    prefix = f"{provider.upper()}_"
    values = {f"{prefix}{name}": _value(f"{prefix}{name}") for name in required}
    for name in optional:
        if env.optional(f"{prefix}{name}") is not None:
            values[f"{prefix}{name}"] = _value(f"{prefix}{name}")
    return {
        **values,
        # To connect, and between two bytes of the answer; the whole takes 30 seconds at most.
        "REQUESTS_TIMEOUT": (10, 20),
        # Nobody is watched while reading. A provider that does not know such words sends anyway.
        "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
        "IGNORE_UNSUPPORTED_FEATURES": True,
    }


def sendgrid_webhook_key() -> str | None:
    """The public key that SendGrid shows for its signed event webhook."""
    name = "SENDGRID_WEBHOOK_KEY"
    value = env.optional(name)
    try:
        key = load_der_public_key(base64.b64decode(value, validate=True)) if value else None
    except ValueError:
        key = None
    if value and not isinstance(key, EllipticCurvePublicKey):
        raise env.InvalidSettingError(name, "must be the public key that SendGrid shows.")
    return value


def _value(name: str) -> str:
    if not name.endswith("_API_URL"):
        return env.text(name)
    # Relative addresses are joined to it, so the last part of the path must not be replaced.
    return f"{env.base_url(name)}/"


# They are the project's variables whichever provider is chosen.
env.read_names.update(
    f"{provider.upper()}_{name}" for provider, names in PROVIDERS.items() for name in sum(names, ())
)
