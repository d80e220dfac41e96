"""Why an attempt got no answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Failure(models.TextChoices):
    """Why there is no answer."""

    TIMEOUT = "timeout", _("no answer within 15 seconds")
    REFUSED = "refused", _("nobody accepts connections there")
    RESET = "reset", _("the connection was cut")
    UNKNOWN_HOST = "unknown_host", _("the name of the host is not known")
    TLS = "tls", _("the certificate is not valid, or there is no TLS")
    FORBIDDEN_ADDRESS = "forbidden_address", _("the address is not public")
    INVALID_ANSWER = "invalid_answer", _("the answer is not HTTP")
    NOT_SENT = "not_sent", _("it could not be sent: an error of this site, which is in its log")
    UNREADABLE_SECRET = "unreadable_secret", _("the secret cannot be read: change it")


class NoAnswerError(Exception):
    """The request failed before there was a status. ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure
