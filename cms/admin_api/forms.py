"""Wagtail's forms for signing in and for a new password."""

from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from cms.admin_api import sign_in_log
from cms.admin_api.credentials import client_may_ask_for_password, may_ask_for_password
from cms.http.client_key import client_key
from cms.models import User

_MINUTE = 60


class SignInForm(LoginForm):
    """Takes the e-mail address as well, and says when there were too many attempts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Username or email address")
        self.fields["username"].label = label
        self.fields["username"].widget.attrs["placeholder"] = label

    def get_invalid_login_error(self) -> ValidationError:
        seconds = getattr(self.request, "sign_in_again_after", None)
        if seconds is None:
            return ValidationError(
                _("The username or email address and the password do not match."),
                code="invalid_login",
            )
        minutes = ceil(seconds / _MINUTE)
        message = ngettext(
            "Too many attempts. Try again in %(minutes)d minute.",
            "Too many attempts. Try again in %(minutes)d minutes.",
            minutes,
        )
        return ValidationError(message % {"minutes": minutes}, code="limited")


class AskForPasswordForm(PasswordResetForm):
    """Each mail with a link to a new password is in the log. An account gets few of them, and a
    client causes few.

    The answer is the same for whatever was typed, and however often.
    """

    def save(self, *args: Any, **kwargs: Any) -> None:
        request = kwargs.get("request")
        if request is None or client_may_ask_for_password(client_key(request)):
            super().save(*args, **kwargs)

    def get_users(self, email: str) -> list[User]:
        found: list[User] = [
            user for user in super().get_users(email) if may_ask_for_password(user)
        ]
        for user in found:
            sign_in_log.has_asked_for_password(user)
        return found
