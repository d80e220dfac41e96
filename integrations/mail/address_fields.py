"""The address that a visitor gives, as a field of a form and of what programs send."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from integrations.mail.addresses import LONGEST, InvalidAddressError, parse_address

_INVALID = _("Enter a valid email address.")


class AddressFormField(forms.CharField):
    """Of somebody who looks at the form: with the label and what browsers fill in."""

    def __init__(self, **kwargs: Any) -> None:
        defaults = {
            "label": _("Your email address"),
            "max_length": LONGEST,
            "widget": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        super().__init__(**{**defaults, **kwargs})

    def clean(self, value: Any) -> Any:
        """As it was written: what it is sent to is for the mail to say."""
        given = super().clean(value)
        try:
            parse_address(given)
        except InvalidAddressError as error:
            raise ValidationError(_INVALID) from error
        return given


class AddressSerializerField(serializers.CharField):
    """The same of a program, for people behind it."""

    def __init__(self, **kwargs: Any) -> None:
        defaults = {"max_length": LONGEST, "help_text": "One e-mail address."}
        super().__init__(**{**defaults, **kwargs})

    def run_validation(self, data: Any = empty) -> Any:
        """What is too long or no text at all is told first, and alone."""
        given = super().run_validation(data)
        try:
            parse_address(given)
        except InvalidAddressError as error:
            raise serializers.ValidationError(_INVALID) from error
        return given
