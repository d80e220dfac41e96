"""The user account. Everything else in the project may refer to it; it refers to nothing."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. The e-mail address identifies one person, whatever its case."""

    email = models.EmailField(_("email address"))

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
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
