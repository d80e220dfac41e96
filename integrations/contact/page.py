"""The contact form as a page of our own, for visitors without JavaScript."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.exceptions import Throttled

from cms.http.attempt_limit import count_attempt
from cms.http.client_key import client_key
from cms.http.idempotency import Answer, answer_once
from cms.http.plain_page import PlainPageView, see_own_page
from integrations.contact import services
from integrations.contact.api import MOST_ATTEMPTS, SCOPE
from integrations.contact.form import ContactForm, new_token, suspicion_of
from integrations.contact.states import Source


class ContactPage(PlainPageView):
    """GET shows the form or the thanks, POST sends. Whatever goes wrong keeps what was written."""

    template_name = "contact/page.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("sent") == "1":
            return self.render_to_response(self.get_context_data(is_sent=True))
        form = ContactForm(initial={"token": new_token()})
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ContactForm(request.POST)
        try:
            count_attempt(request, scope=SCOPE, rate=MOST_ATTEMPTS)
            if not form.is_valid():
                context = self.get_context_data(form=form)
                return self.render_to_response(context, status=HTTPStatus.BAD_REQUEST)
            self._receive(form)
        except Throttled as error:
            return self._too_many(form, int(getattr(error, "wait", None) or 1))
        except services.LimitReachedError as error:
            return self._too_many(form, error.retry_after)
        return see_own_page(request, self.language, sent="1")

    def _receive(self, form: ContactForm) -> None:
        """A second click, or going back and sending the same again, is the same message."""
        given = form.cleaned_data
        client = client_key(self.request)
        submission = services.Submission(
            name=given["name"],
            email=given["email"],
            message=given["message"],
            subject=given["subject"],
            locale=self.language,
            has_consented=given["consent"],
            source=Source.PAGE,
            suspicion=suspicion_of(website=given["website"], token=given["token"]),
        )

        def receive() -> Answer:
            message = services.receive(submission=submission, client=client)
            return Answer(HTTPStatus.CREATED, {"id": str(message.pk)})

        key = json.dumps(given, sort_keys=True)
        answer_once(
            client=client, scope="contact_page", key=key, body=None, act=receive, waits=True
        )

    def _too_many(self, form: ContactForm, seconds: int) -> HttpResponse:
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
        response = self.render_to_response(
            self.get_context_data(form=form), status=HTTPStatus.TOO_MANY_REQUESTS
        )
        response["Retry-After"] = str(seconds)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Write to us"), address=self.request.get_full_path(), **kwargs
        )
