"""What is done with one subscriber: buttons that fit the state, and what they do."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from cms.people_admin import user_of
from integrations.newsletter import list_services
from integrations.newsletter.admin.access import may, require
from integrations.newsletter.models import Subscriber
from integrations.newsletter.states import SUPPRESSED, State

NAMESPACE = "subscribers"


def detail_url(subscriber: Subscriber) -> str:
    return reverse(f"{NAMESPACE}:inspect", args=[subscriber.pk])


def buttons_for(request: HttpRequest, subscriber: Subscriber) -> list[dict[str, Any]]:
    """What the user may do now."""
    if not may(request, "change"):
        return []
    return [
        {
            "url": reverse(f"{NAMESPACE}:act", args=[subscriber.pk, name]),
            "label": _LABELS[name],
            "hint": _HINTS[name],
        }
        for name in _BUTTONS_OF.get(State(subscriber.state), ())
    ]


_BUTTONS_OF = {
    State.PENDING: ("ask-again", "unsubscribe"),
    State.CONFIRMED: ("unsubscribe",),
    **dict.fromkeys(SUPPRESSED, ("release",)),
}
_LABELS = {
    "ask-again": gettext_lazy("Send the link to confirm again"),
    "unsubscribe": gettext_lazy("Take off the list"),
    "release": gettext_lazy("Allow mail again"),
}
_HINTS = {
    "ask-again": gettext_lazy("One mail in 3 minutes and five in a day at most."),
    "unsubscribe": gettext_lazy("At once. Only they can come back, by subscribing again."),
    "release": gettext_lazy(
        "Only if they say that the mailbox works and mail is welcome. They are unsubscribed then "
        "and can subscribe again."
    ),
}


def _unsubscribe(request: HttpRequest, subscriber: Subscriber) -> None:
    if list_services.take_off(subscribers=[subscriber], user=user_of(request)):
        messages.success(request, _("Unsubscribed."))
    else:
        _say_nothing_was_done(request)


def _release(request: HttpRequest, subscriber: Subscriber) -> None:
    off = State.UNSUBSCRIBED
    list_services.change_state(subscribers=[subscriber], state=off, user=user_of(request))
    messages.success(request, _("Mail is allowed again. They can subscribe again."))


def _ask_again(request: HttpRequest, subscriber: Subscriber) -> None:
    if list_services.ask_again(subscriber=subscriber, user=user_of(request)):
        messages.success(request, _("The link is on its way."))
    else:
        words = _("Not sent: this address has had enough of these mails for now.")
        messages.warning(request, words)


def _say_nothing_was_done(request: HttpRequest) -> None:
    messages.warning(request, _("The state has changed meanwhile. Nothing was done."))


_ACTIONS: dict[str, Callable[[HttpRequest, Subscriber], None]] = {
    "ask-again": _ask_again,
    "unsubscribe": _unsubscribe,
    "release": _release,
}


class SubscriberActionView(View):
    """A button: a POST, by whoever may change subscribers, if it still fits the state."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str, action: str) -> HttpResponse:
        require(request, "change")
        subscriber = get_object_or_404(Subscriber, pk=pk)
        if action not in _ACTIONS:
            raise Http404
        if action in _BUTTONS_OF.get(State(subscriber.state), ()):
            _ACTIONS[action](request, subscriber)
        else:
            _say_nothing_was_done(request)
        return redirect(detail_url(subscriber))
