"""The contact form as a page of our own, for visitors without JavaScript."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import Throttled

from cms.http.attempt_limit import count_attempt
from cms.http.client_key import client_key
from cms.http.idempotency import Answer, answer_once
from cms.http.plain_form import PlainFormView
from cms.http.plain_page import see_own_page
from integrations.contact import services
from integrations.contact.api import MOST_ATTEMPTS, SCOPE
from integrations.contact.form import ContactForm, new_token, suspicion_of
from integrations.contact.states import Source


class ContactPage(PlainFormView):
    """GET shows the form or the thanks, POST sends."""

    template_name = "contact/page.html"
    heading = gettext_lazy("Write to us")
    sent_heading = gettext_lazy("Thank you, your message has arrived")

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
                return self.refuse(form)
            self._receive(form)
        except Throttled as error:
            return self.refuse_for_now(form, seconds=int(getattr(error, "wait", None) or 1))
        except services.LimitReachedError as error:
            return self.refuse_for_now(form, seconds=error.retry_after)
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
