"""A form on a page of our own: its fields, and the answers when it is not taken."""

from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import ngettext

from cms.http.plain_page import PlainPageView
from cms.privacy_page import privacy_page


class PlainForm(forms.Form):
    """A form that anybody may fill in. ``website`` is a trap: people do not see it, and programs
    that fill in whatever there is give themselves away.
    """

    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    shown: ClassVar[tuple[str, ...]]
    """What people fill in, in order."""

    def visible_inputs(self) -> list[forms.BoundField]:
        return [self[name] for name in self.shown]


class PlainFormView(PlainPageView):
    """A page with a form. Whatever goes wrong keeps what was written.

    Its template extends ``cms/plain_form.html``.
    """

    heading: Promise
    sent_heading: Promise

    def refuse(self, form: PlainForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.BAD_REQUEST)

    def refuse_for_now(self, form: PlainForm, *, seconds: int) -> HttpResponse:
        """Too much came from this client: it may go on in ``seconds``."""
        minutes = -(-seconds // 60)
        form.is_valid()
        form.add_error(
            None,
            ngettext(
                "That was a lot in a short time. Please try again in %(count)d minute.",
                "That was a lot in a short time. Please try again in %(count)d minutes.",
                minutes,
            )
            % {"count": minutes},
        )
        context = self.get_context_data(form=form)
        response = self.render_to_response(context, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(seconds)
        return response

    def get_context_data(self, *, is_sent: bool = False, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.sent_heading if is_sent else self.heading,
            address=self.request.get_full_path(),
            is_sent=is_sent,
            privacy_page=None if is_sent else privacy_page(self.language),
            **kwargs,
        )
