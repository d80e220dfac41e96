"""The form of an endpoint."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from integrations.webhooks.event_types import EventType
from integrations.webhooks.models import Endpoint


class EndpointForm(WagtailAdminModelForm):
    event_types = forms.MultipleChoiceField(
        label=_("What to send"),
        choices=EventType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: everything, also what is added later."),
    )

    class Meta:
        model = Endpoint
        fields: ClassVar[list[str]] = ["url", "description", "event_types"]
        widgets: ClassVar[dict[str, Any]] = {"url": forms.URLInput(attrs={"maxlength": 2000})}
