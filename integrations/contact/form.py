"""The form of the page without scripts, and how long somebody has had it open."""

import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _

from cms.http.plain_form import PlainForm
from cms.text_rules import validate_one_line, validate_text
from integrations.contact.models import LONGEST_MESSAGE, LONGEST_NAME, LONGEST_SUBJECT
from integrations.contact.states import Suspicion
from integrations.mail.address_fields import AddressFormField

FASTEST_SECONDS = 3
_SIGNER = TimestampSigner(salt="integrations.contact.form")
_NONCE_BYTES = 12


def new_token() -> str:
    """What a form is given when it is opened: when that was, and that it was ours."""
    return _SIGNER.sign(secrets.token_urlsafe(_NONCE_BYTES))


def suspicion_of(*, website: str, token: str) -> Suspicion:
    """Whether a program may have filled in the form. An old form is none: people have lunch."""
    if website:
        return Suspicion.HONEYPOT
    try:
        _SIGNER.unsign(token)
    except BadSignature:
        return Suspicion.NO_FORM
    try:
        _SIGNER.unsign(token, max_age=FASTEST_SECONDS)
    except BadSignature:
        return Suspicion.NONE
    return Suspicion.TOO_FAST


class ContactForm(PlainForm):
    name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        validators=[validate_one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressFormField()
    subject = forms.CharField(
        label=_("Subject (optional)"),
        max_length=LONGEST_SUBJECT,
        required=False,
        validators=[validate_one_line],
    )
    message = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        strip=False,
        validators=[validate_text],
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    consent = forms.BooleanField(label=_("You may keep my message to answer it."), required=False)
    token = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput())

    shown = ("name", "email", "subject", "message")

    def clean_message(self) -> str:
        value: str = self.cleaned_data["message"].replace("\r\n", "\n")
        if not value.strip():
            raise ValidationError(_("This field is required."))
        return value
