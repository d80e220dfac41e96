"""The newsletter's own pages: to subscribe without JavaScript, and where links in mails lead.

Looking at them changes nothing, whoever does it: mail scanners follow every link.
"""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import Throttled

from cms.http.attempt_limit import count_attempt
from cms.http.client_key import client_key
from cms.http.plain_form import PlainFormView
from cms.http.plain_page import PlainPageView, frontend_target, see_other, see_own_page
from integrations.newsletter import links, services
from integrations.newsletter.api import MOST_ATTEMPTS, SCOPE
from integrations.newsletter.form import SubscribeForm
from integrations.newsletter.ledger import Evidence
from integrations.newsletter.models import Subscriber
from integrations.newsletter.states import Route, State
from integrations.newsletter.wording import consent_text

SUBSCRIBE_PATH = "/forms/subscribe/"


def _see_other(request: HttpRequest, language: str, **query: str) -> HttpResponse:
    """So that loading the page again does nothing again: to the frontend, or to our own page."""
    target = frontend_target(request.GET.get("next", ""))
    if target is None:
        return see_own_page(request, language, **query)
    return see_other(target)


class SubscribePage(PlainFormView):
    """GET shows the form or what to do next, POST takes the address."""

    template_name = "newsletter/subscribe.html"
    heading = gettext_lazy("Newsletter")
    sent_heading = gettext_lazy("Nearly done: look into your mailbox")

    def get(self, request: HttpRequest) -> HttpResponse:
        is_sent = request.GET.get("sent") == "1"
        return self.render_to_response(self.get_context_data(form=SubscribeForm(), is_sent=is_sent))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SubscribeForm(request.POST)
        try:
            count_attempt(request, scope=SCOPE, rate=MOST_ATTEMPTS)
        except Throttled as error:
            return self.refuse_for_now(form, seconds=int(getattr(error, "wait", None) or 1))
        if not form.is_valid():
            return self.refuse(form)
        given = form.cleaned_data
        services.request_subscription(
            email=given["email"],
            name=given["name"],
            locale=self.language,
            source=request.path,
            route=Route.PAGE,
            client=client_key(request),
            is_trapped=bool(given["website"]),
        )
        return see_own_page(request, self.language, sent="1")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(consent_text=consent_text(self.language), **kwargs)


class _LinkPage(PlainPageView):
    """A page behind a link in a mail."""

    template_name = "newsletter/link.html"

    def show(self, what: str, *, status: int = HTTPStatus.OK, **kwargs: Any) -> HttpResponse:
        """``what`` the template has to say."""
        context = self.get_context_data(
            what=what,
            address=self.request.get_full_path(),
            subscribe_url=f"{SUBSCRIBE_PATH}?locale={self.language}",
            **kwargs,
        )
        return self.render_to_response(context, status=status)

    def unknown(self) -> HttpResponse:
        return self.show("unknown", status=HTTPStatus.NOT_FOUND)


class ConfirmPage(_LinkPage):
    """GET shows the button, POST confirms."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            confirmation = services.confirmation_of(token)
        except services.UnknownTokenError:
            return self.unknown()
        subscriber = confirmation.subscriber
        if services.can_confirm(confirmation, subscriber):
            # As in the mail, and as the ledger will have it.
            return self.show(
                "confirm",
                consent_text=confirmation.wording,
                consent_language=confirmation.locale,
                name=confirmation.name,
            )
        if subscriber.state == State.CONFIRMED:
            return self.show("confirmed")
        if confirmation.used_at is not None:
            is_asked = subscriber.state == State.PENDING
            return self.show("asked_again" if is_asked else "ended")
        return self.show("expired", status=HTTPStatus.GONE)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            services.confirm(token=token, route=Route.PAGE, client=client_key(request))
        except services.UnknownTokenError:
            return self.unknown()
        except services.ExpiredTokenError:
            return self.show("expired", status=HTTPStatus.GONE)
        return _see_other(request, self.language)


class UnsubscribePage(_LinkPage):
    """GET shows how to leave or to change the language, POST does it.

    A POST with ``List-Unsubscribe=One-Click`` comes from a mail program (RFC 8058): it wants an
    answer and no page to go on to.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            subscriber = links.subscriber_of(token)
        except services.UnknownTokenError:
            return self.unknown()
        if subscriber is None:
            return self.show("erased")
        if subscriber.state not in (State.CONFIRMED, State.PENDING):
            return self.show("unsubscribed")
        return self.show(
            "unsubscribe",
            is_pending=subscriber.state == State.PENDING,
            languages=settings.LANGUAGES,
            chosen=subscriber.locale,
            is_changed=request.GET.get("changed") == "1",
        )

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        try:
            if "language" in request.POST and not is_one_click:
                return self._change_language(links.subscriber_of(token), request.POST["language"])
            is_known = services.unsubscribe(
                token=token,
                route=Route.ONE_CLICK if is_one_click else Route.PAGE,
                client=client_key(request),
            )
        except services.UnknownTokenError:
            return self.unknown()
        if is_one_click or not is_known:
            # Not on to the frontend's page, which would say that it is done.
            return self.show("unsubscribed" if is_known else "erased")
        return _see_other(request, self.language)

    def _change_language(self, subscriber: Subscriber | None, locale: str) -> HttpResponse:
        if subscriber is None or locale not in dict(settings.LANGUAGES):
            return _see_other(self.request, self.language)
        evidence = Evidence(route=Route.PAGE, client=client_key(self.request))
        services.change_language(subscriber=subscriber, locale=locale, evidence=evidence)
        return _see_other(self.request, locale, changed="1")
