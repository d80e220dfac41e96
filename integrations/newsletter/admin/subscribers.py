"""Subscribers: a list to search, filter and download, and one person with what they agreed to."""

from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.log_actions import log

from cms.people_admin import PeopleIndexView, PeopleViewSet, PersonView, user_of
from cms.personal_data_log import log_people
from integrations.mail.services import mails_about
from integrations.newsletter import list_services
from integrations.newsletter.admin.access import ViewerItem, may, require
from integrations.newsletter.admin.buttons import (
    NAMESPACE,
    SubscriberActionView,
    buttons_for,
    detail_url,
)
from integrations.newsletter.models import ListEntry, Subscriber
from integrations.newsletter.states import State

_ON_WIDE_SCREENS = "on-wide-screens"
_MOST_SOURCES = 50


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
    template_name = "cms/admin/list_with_bulk_actions.html"
    default_ordering = "-created_at"
    page_title = gettext_lazy("Subscribers")
    log_action = "newsletter.list"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            *self._checkboxes(),
            TitleColumn(
                "email",
                label=_("Email address"),
                get_url=detail_url,
                get_title_id=lambda subscriber: f"subscriber_{subscriber.pk}_title",
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
            DateColumn(
                "created_at", label=_("Since"), sort_key="created_at", classname=_ON_WIDE_SCREENS
            ),
        ]

    def _checkboxes(self) -> list[Column]:
        """For those who may do something with several at once."""
        if not (may(self.request, "change") or may(self.request, "delete")):
            return []
        return [BulkActionsCheckboxColumn("bulk_actions", obj_type="subscriber")]

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
            "buttons": buttons_for(self.request, subscriber),
            "may_delete": may(self.request, "delete"),
            "delete_url": reverse(f"{NAMESPACE}:delete", args=[subscriber.pk]),
        }


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
