"""The form of the page without scripts. What it sends is confirmed by mail, and an address gets few
mails, so it needs no more against programs than the field that people do not see.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.text_rules import validate_one_line
from integrations.mail.services import InvalidAddressError, parse_address
from integrations.newsletter.models import LONGEST_ADDRESS, LONGEST_NAME


class SubscribeForm(forms.Form):
    email = forms.CharField(
        label=_("Your email address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Your name (optional)"),
        max_length=LONGEST_NAME,
        required=False,
        validators=[validate_one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    shown = ("email", "name")

    def clean_email(self) -> str:
        value: str = self.cleaned_data["email"]
        try:
            parse_address(value)
        except InvalidAddressError as error:
            raise ValidationError(_("Enter a valid email address.")) from error
        return value

    def visible_inputs(self) -> list[Any]:
        """The fields that people fill in, in order."""
        return [self[name] for name in self.shown]
