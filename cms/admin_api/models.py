"""Who is signed in by token: a sign-in is a family of refresh tokens, each of which works once.

Access tokens are not stored; each names its sign-in, which is looked up at every request. So
whatever ends a sign-in ends its access tokens too.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SignInQuerySet(models.QuerySet["SignIn"]):
    def lasting(self) -> "SignInQuerySet":
        """Those that nothing has ended, by the clock of the database."""
        return self.filter(ended_at=None, expires_at__gt=Now())

    def end(self, reason: "SignIn.EndReason") -> int:
        """End what has not ended. Answers how many did."""
        return self.filter(ended_at=None).update(ended_at=Now(), end_reason=reason)


class SignIn(models.Model):
    """One sign-in by name and password, until it ends."""

    class EndReason(models.TextChoices):
        SIGNED_OUT = "signed_out", _("Signed out")
        REUSED = "reused", _("A refresh token was used again")
        DEACTIVATED = "deactivated", _("The account was deactivated")
        PASSWORD_CHANGED = "password_changed", _("The password was changed")
        NO_ACCESS = "no_access", _("The account may no longer enter the admin")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    """The claim `sid` of its access tokens."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    password_digest = models.CharField(max_length=64)
    """Django's session hash of the password: another password has another one."""
    started_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)

    objects: ClassVar[models.Manager["SignIn"]] = SignInQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("view_audit_log", "Can see the audit log")]
        constraints = [
            models.CheckConstraint(
                name="admin_api_signin_end_has_reason",
                condition=models.Q(ended_at=None, end_reason="")
                | models.Q(ended_at__isnull=False) & ~models.Q(end_reason=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(models.Model):
    """A random text that was handed out; only its hash is kept."""

    sign_in = models.ForeignKey(SignIn, models.CASCADE, related_name="refresh_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in"],
                condition=models.Q(used_at=None),
                name="admin_api_refreshtoken_one_unused",
            )
        ]

    def __str__(self) -> str:
        return f"issued at {self.issued_at}"
