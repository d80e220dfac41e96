"""The kinds of messages that endpoints may ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventType(models.TextChoices):
    """What has happened, as ``type`` of the payload says it (Standard Webhooks 1.0)."""

    PAGE_PUBLISHED = "page.published", _("A page was published or changed")
    PAGE_UNPUBLISHED = "page.unpublished", _("A page was withdrawn")
    PAGE_DELETED = "page.deleted", _("A page was deleted")
    PAGE_MOVED = "page.moved", _("A page was moved")
    SNIPPET_PUBLISHED = "snippet.published", _("A testimonial was published or changed")
    SNIPPET_UNPUBLISHED = "snippet.unpublished", _("A testimonial was withdrawn")
    SNIPPET_DELETED = "snippet.deleted", _("A testimonial was deleted")
    IMAGE_CHANGED = "image.changed", _("An image was changed or deleted")
    SITE_CHANGED = "site.changed", _("Navigation, settings, redirects or languages were changed")
    PROJECTS_UPDATED = "projects.updated", _("The list of projects has changed")
    CONTRIBUTIONS_UPDATED = "contributions.updated", _("The list of contributions has changed")


PING = "ping"
"""Type of the message that somebody sends by hand to try an endpoint; every endpoint gets it."""
