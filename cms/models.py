"""The user account, that content has changed, what caches in front know of it, and what requests
are counted and remembered.

These refer to nothing in the project.
"""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. The e-mail address identifies one person, whatever its case."""

    email = models.EmailField(_("email address"))

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [
            ("handle_personal_data", "Can find, export and erase what is kept about a person")
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="cms_user_email_unique",
                violation_error_message=_("A user with this email address already exists."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().casefold()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().casefold()
        super().save(*args, **kwargs)


class ContentChange(models.Model):
    """That a transaction has changed something public; written by the database itself.

    The content version is the sum of `count` with the exclusive or of `digest`, so several rows may
    be folded into one (`cms.content_version.version`).
    """

    changed_at = models.DateTimeField()
    transaction_id = models.BigIntegerField()
    count = models.BigIntegerField()
    digest = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            # Both: the numbers of transactions begin anew when a backup is restored elsewhere.
            models.UniqueConstraint(
                fields=["changed_at", "transaction_id"], name="cms_contentchange_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} until {self.changed_at}"


class OuterCacheState(models.Model):
    """Since when the content is as it is, and when the caches in front were last emptied: one row.

    Times are the database's.
    """

    content_version = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True)
    """When `content_version` was first seen; it was committed by then."""
    purged_at = models.DateTimeField(null=True)
    """When the last purge began that succeeded everywhere."""
    next_attempt_at = models.DateTimeField(db_default=Now())
    """Nobody purges before: somebody is at it, has just done it, or it has failed."""
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="cms_outercachestate_one_row")
        ]

    def __str__(self) -> str:
        return f"purged at {self.purged_at}"


class AcceptedRequest(models.Model):
    """That something was accepted from a client, for as long as it counts against its limit."""

    scope = models.CharField(max_length=40)
    client = models.CharField(max_length=64)
    """A keyed digest, so that no address is stored."""
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        indexes = [
            # For what one client has had accepted lately, and for purging.
            models.Index(
                fields=["scope", "client", "-accepted_at"], name="cms_acceptedrequest_client"
            ),
            models.Index(fields=["accepted_at"], name="cms_acceptedrequest_old"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} at {self.accepted_at}"


class RememberedAnswer(models.Model):
    """What was answered to a request with an Idempotency-Key."""

    key_digest = models.CharField(max_length=64, unique=True)
    """Of route, client and key."""
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    answered_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.status} at {self.answered_at}"
