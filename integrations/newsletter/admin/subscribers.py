"""Subscribers: a list to search, filter and download, and one person with what they agreed to."""

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.log_actions import log

from cms.people_admin import PeopleIndexView, PeopleViewSet, PersonView, user_of
from cms.personal_data_log import log_people
from integrations.mail.services import mails_about
from integrations.newsletter import list_services
from integrations.newsletter.admin.access import ViewerItem, may, require
from integrations.newsletter.models import ListEntry, Subscriber
from integrations.newsletter.states import SUPPRESSED, State

NAMESPACE = "subscribers"
_ON_WIDE_SCREENS = "on-wide-screens"
_MOST_SOURCES = 50


def detail_url(subscriber: Subscriber) -> str:
    return reverse(f"{NAMESPACE}:inspect", args=[subscriber.pk])


def _sources() -> list[tuple[str, str]]:
    """Places of the website where somebody has subscribed."""
    known = Subscriber.objects.exclude(source="").order_by("source")
    values = known.values_list("source", flat=True).distinct()[:_MOST_SOURCES]
    return [(value, value) for value in values]


class SubscriberFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices, widget=CheckboxSelectMultiple
    )
    locale = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=CheckboxSelectMultiple
    )
    source = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Place on the website"),
        choices=_sources,
        widget=CheckboxSelectMultiple,
    )
    created_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Since"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Subscriber
        fields: ClassVar[list[str]] = []


class SubscriberListView(PeopleIndexView):
    default_ordering = "-created_at"
    page_title = gettext_lazy("Subscribers")
    log_action = "newsletter.list"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "email",
                label=_("Email address"),
                get_url=detail_url,
                classname="title",
                sort_key="canonical_email",
            ),
            Column("name", label=_("Name"), sort_key="name", classname=_ON_WIDE_SCREENS),
            Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
            Column(
                "locale",
                label=_("Language"),
                accessor=language_of,
                sort_key="locale",
                classname=_ON_WIDE_SCREENS,
            ),
            DateColumn("created_at", label=_("Since"), sort_key="created_at"),
        ]

    @cached_property
    def show_export_buttons(self) -> bool:
        return bool(self.list_export) and may(self.request, "export")

    def note_export(self, queryset: QuerySet[Subscriber], spreadsheet_format: str) -> None:
        require(self.request, "export")
        ids, user = list(queryset.values_list("pk", flat=True)), user_of(self.request)
        data = {"format": spreadsheet_format, "count": len(ids)}
        log_people(action="newsletter.export", model=Subscriber, ids=ids, user=user, **data)


def language_of(subscriber: Subscriber) -> str:
    return str(dict(settings.LANGUAGES).get(subscriber.locale, subscriber.locale))


class SubscriberView(PersonView):
    """One person. Opening it is logged."""

    template_name = "newsletter/admin/subscriber.html"
    page_title = gettext_lazy("Subscriber")

    def get_page_subtitle(self) -> str:
        return str(self.object.email)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        log(self.object, "newsletter.read", user=user_of(request))
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subscriber: Subscriber = self.object
        entries = ListEntry.objects.filter(canonical_address=subscriber.canonical_email)
        return {
            **super().get_context_data(**kwargs),
            "subscriber": subscriber,
            "language": language_of(subscriber),
            "consents": subscriber.consents.all(),
            "mails": mails_about(subscriber.mail_reference),
            "entry": entries.first(),
            "buttons": self._buttons(subscriber),
            "may_delete": may(self.request, "delete"),
            "delete_url": reverse(f"{NAMESPACE}:delete", args=[subscriber.pk]),
        }

    def _buttons(self, subscriber: Subscriber) -> list[dict[str, Any]]:
        """What fits the state."""
        if not may(self.request, "change"):
            return []
        names = _BUTTONS_OF.get(State(subscriber.state), ())
        return [
            {
                "url": reverse(f"{NAMESPACE}:act", args=[subscriber.pk, name]),
                "label": _LABELS[name],
                "hint": _HINTS[name],
            }
            for name in names
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
    _bring_off(request, subscriber, _("Unsubscribed."))


def _release(request: HttpRequest, subscriber: Subscriber) -> None:
    _bring_off(request, subscriber, _("Mail is allowed again. They can subscribe again."))


def _bring_off(request: HttpRequest, subscriber: Subscriber, message: str) -> None:
    off = State.UNSUBSCRIBED
    list_services.change_state(subscribers=[subscriber], state=off, user=user_of(request))
    messages.success(request, message)


def _ask_again(request: HttpRequest, subscriber: Subscriber) -> None:
    if list_services.ask_again(subscriber=subscriber, user=user_of(request)):
        messages.success(request, _("The link is on its way."))
    else:
        words = _("Not sent: this address has had enough of these mails for now.")
        messages.warning(request, words)


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
            messages.warning(request, _("The state has changed meanwhile. Nothing was done."))
        return redirect(detail_url(subscriber))


class EraseView(generic.DeleteView):
    page_title = gettext_lazy("Erase")
    success_message = gettext_lazy("The subscriber was erased.")

    @property
    def confirmation_message(self) -> str:
        return _(
            "The person, what they agreed to and the mails to them are erased for good, here and "
            "on the list at the provider. No import brings them back."
        )

    def delete_action(self) -> None:
        list_services.erase(subscribers=[self.object], user=user_of(self.request))


class SubscriberViewSet(PeopleViewSet):
    model = Subscriber
    icon = "group"
    menu_label = gettext_lazy("Subscribers")
    menu_order = 100
    inspect_view_fields: ClassVar[list[str]] = ["created_at"]
    index_view_class = SubscriberListView
    inspect_view_class = SubscriberView
    delete_view_class = EraseView
    filterset_class = SubscriberFilterSet
    search_fields: ClassVar[list[str]] = ["email", "name"]
    list_export: ClassVar[list[str]] = [
        *("email", "name", "locale", "state", "source", "created_at", "confirmed_at", "left_at"),
    ]
    export_filename = "subscribers"

    @property
    def menu_item_class(self) -> type[MenuItem]:
        return ViewerItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<uuid:pk>/<slug:action>/", SubscriberActionView.as_view(), name="act"),
        ]
