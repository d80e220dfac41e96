"""The form of the page without scripts. What it sends is confirmed by mail, and an address gets few
mails, so it needs no more against programs than the field that people do not see.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.http.plain_form import PlainForm
from cms.text_rules import validate_one_line
from integrations.mail.address_fields import AddressFormField
from integrations.newsletter.models import LONGEST_NAME


class SubscribeForm(PlainForm):
    email = AddressFormField()
    name = forms.CharField(
        label=_("Your name (optional)"),
        max_length=LONGEST_NAME,
        required=False,
        validators=[validate_one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    shown = ("email", "name")
