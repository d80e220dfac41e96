"""Where a change comes from, for whoever writes it down.

In a request the middleware says it; a process that answers none says once what it is.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    ADMIN = "admin", _("Admin")
    API = "api", _("API")
    SITE = "site", _("Plain pages")
    JOB = "job", _("Job")
    COMMAND = "command", _("Command")


@dataclass(frozen=True)
class Origin:
    channel: Channel
    client: str | None = None
    """The network that the client is in, too wide to point at a person."""
    request_id: str | None = None
    notes: dict[Any, Any] = field(default_factory=dict)
    """What is remembered to the end of the request."""


current_origin: ContextVar[Origin | None] = ContextVar("current_origin", default=None)

_of_the_process = Channel.COMMAND


def work_as(channel: Channel) -> None:
    """Say what this process does outside of requests; without a word, it is a command."""
    global _of_the_process
    _of_the_process = channel


def origin() -> Origin:
    """That of the request, or of the process; notes of the latter are forgotten at once."""
    return current_origin.get() or Origin(_of_the_process)
