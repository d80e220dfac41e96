"""What can go wrong with GitHub, in words of somebody who has to do something about it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Failure(models.TextChoices):
    """Why the last refresh did not succeed; the label is the sentence that editors read."""

    PRIMARY_LIMIT = "primary_limit", _("The requests that GitHub allows in this hour are used up.")
    SECONDARY_LIMIT = "secondary_limit", _("GitHub asked us to slow down.")
    UNREACHABLE = "unreachable", _("GitHub cannot be reached.")
    TIMEOUT = "timeout", _("GitHub took too long to answer.")
    SERVER_ERROR = "server_error", _("GitHub has a problem at its end.")
    NO_JSON = "no_json", _("GitHub’s answer could not be read.")
    SENSELESS = "senseless", _("GitHub’s answer was not what its documentation promises.")
    TOO_LARGE = "too_large", _("GitHub’s answer was far too large.")
    INCOMPLETE = "incomplete", _("GitHub searched only a part of what it has.")
    EMPTY = (
        "empty",
        _(
            "GitHub answered an empty list where there was something before. "
            "If that is right, remove the account."
        ),
    )
    FOREIGN_ADDRESS = "foreign_address", _("GitHub sent us to another host, where we do not go.")
    BAD_TOKEN = "bad_token", _("GitHub does not accept GITHUB_TOKEN any more.")
    FORBIDDEN = "forbidden", _("GitHub does not allow this.")
    NOT_FOUND = "not_found", _("GitHub does not know this name. Correct or remove it.")
    REFUSED_QUERY = (
        "refused_query",
        _("GitHub does not search for this person. Correct or remove the name."),
    )
    INTERNAL = "internal", _("The refresh failed at our end; the log says why.")


class GitHubError(Exception):
    """A request that brought nothing. ``subject``: which account or page it was about."""

    def __init__(self, failure: Failure, subject: str = "") -> None:
        super().__init__(f"{failure.value} {subject}".strip())
        self.failure = failure
        self.subject = subject


class LimitError(GitHubError):
    """Nothing may be asked for ``wait``, or ``None`` if GitHub did not say for how long."""

    def __init__(self, failure: Failure, wait: timedelta | None) -> None:
        super().__init__(failure)
        self.wait = wait


class TimeIsUpError(Exception):
    """The present job has run long enough; the next one goes on from here."""
