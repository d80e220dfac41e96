"""The page of the admin where a person's data are found, handed out and erased by address.

The address is sent as a form, never in a URL: those are kept in histories and logs. The log has who
did what and how much there was, with a keyed digest in place of the address.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Choices
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from cms.models import User
from cms.personal_data import Record, personal_data_sources

PERMISSION = "cms.handle_personal_data"
URL_NAME = "personal_data"

Found = dict[str, list[Record]]


class AddressForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class PersonalDataItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PERMISSION))


def find_everything(address: str) -> Found:
    """What every app keeps about ``address``, by the name of the source."""
    return {source.name: list(source.find(address)) for source in personal_data_sources()}


@transaction.atomic
def erase_everything(address: str) -> dict[str, int]:
    """Erase it everywhere or, if one app fails, nowhere."""
    return {source.name: source.erase(address) for source in personal_data_sources()}


def _rows(record: Record, labels: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``record`` for people: labels, words for choices, and nothing that is empty."""
    return [
        {"label": labels.get(name, name), **_shown(value, labels)}
        for name, value in record.items()
        if value not in (None, "", [])
    ]


def _shown(value: Any, labels: Mapping[str, Any]) -> dict[str, Any]:
    match value:
        case list():
            return {"records": [_rows(record, labels) for record in value]}
        case Choices():
            return {"value": value.label}
        case bool():
            return {"value": _("yes") if value else _("no")}
        case datetime():
            return {"value": date_format(localtime(value), "DATETIME_FORMAT")}
    return {"value": value}


class PersonalDataView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "cms/admin/personal_data.html"
    page_title = gettext_lazy("Personal data")
    header_icon = "user"
    http_method_names = ["get", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (isinstance(request.user, User) and request.user.has_perm(PERMISSION)):
            raise PermissionDenied
        self.user = request.user
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        address = form.cleaned_data["address"]
        if "erase" in request.POST:
            return self._erase(form, address)
        found = find_everything(address)
        if "export" in request.POST:
            return self._export(address, found)
        self._log("find", address, {name: len(records) for name, records in found.items()})
        return self._show(form, address, found)

    def _show(self, form: AddressForm, address: str, found: Found) -> HttpResponse:
        parts = [
            (source.label, [_rows(record, source.labels) for record in found[source.name]])
            for source in personal_data_sources()
            if found[source.name]
        ]
        context = self.get_context_data(form=form, address=address, parts=parts, has_searched=True)
        return self.render_to_response(context)

    def _export(self, address: str, found: Found) -> HttpResponse:
        self._log("export", address, {name: len(records) for name, records in found.items()})
        document = {"address": address, "exported_at": timezone.now(), **found}
        response = JsonResponse(
            document, encoder=DjangoJSONEncoder, json_dumps_params={"indent": 2}
        )
        response["Content-Disposition"] = 'attachment; filename="personal-data.json"'
        return response

    def _erase(self, form: AddressForm, address: str) -> HttpResponse:
        found = find_everything(address)
        erased = erase_everything(address)
        # One app may have erased what another found: mails about a message go with it.
        counts = {name: max(count, len(found[name])) for name, count in erased.items()}
        self._log("erase", address, counts)
        total = sum(counts.values())
        text = ngettext("%(count)d entry was erased.", "%(count)d entries were erased.", total)
        messages.success(self.request, text % {"count": total})
        return self._show(form, address, find_everything(address))

    def _log(self, action: str, address: str, counts: dict[str, int]) -> None:
        digest = salted_hmac("cms.personal_data", address.strip().lower(), algorithm="sha256")
        data = {"address": digest.hexdigest()[:16], "counts": counts}
        log(self.user, f"personal_data.{action}", user=self.user, data=data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": AddressForm(), **kwargs})

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(URL_NAME), "label": _("Personal data")},
        ]
