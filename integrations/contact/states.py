"""The states of a message, and why one may not be from a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    NEW = "new", _("new")
    IN_PROGRESS = "in_progress", _("in progress")
    ANSWERED = "answered", _("answered")
    SPAM = "spam", _("spam")
    ARCHIVED = "archived", _("archived")


class Suspicion(models.TextChoices):
    """Held for review is what has one of these; nothing is thrown away for it."""

    NONE = "", _("none")
    HONEYPOT = "honeypot", _("a field that people do not see was filled in")
    TOO_FAST = "too_fast", _("it was sent faster than anybody types")
    NO_FORM = "no_form", _("it was sent without opening the form")
    SENDER = "sender", _("messages of this sender are held")


class Source(models.TextChoices):
    API = "api", _("the website")
    PAGE = "page", _("the page without scripts")
