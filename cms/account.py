"""The account page: one's own name, language, time zone and picture."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.forms.account import NameEmailForm
from wagtail.admin.views import account


class OptionalNameForm(NameEmailForm):
    """Wagtail's, for accounts that have no name as well: who is made by a command has none, and
    would be kept from choosing a language on the same page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].required = False


class AccountView(account.AccountView):
    def get_panels(self) -> list[Any]:
        panels: list[Any] = super().get_panels()
        for panel in panels:
            if isinstance(panel, account.NameEmailSettingsPanel):
                panel.form_class = OptionalNameForm
        return panels

    def post(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = super().post(request)
        if response.status_code == 200:
            # The field may be far above the button, or on the other tab.
            messages.error(request, _("Nothing was saved: a field has an error, see below."))
        return response
