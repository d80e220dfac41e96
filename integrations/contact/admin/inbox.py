"""The inbox: a list to search, filter, export and act on, and one message with what was noted."""

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.permissions import policy_registry

from cms.admin_api.audit.history import ReadersHistoryView
from cms.models import User
from cms.people_admin import PeopleIndexView, PeopleViewSet, PersonView, user_of
from integrations.contact import services
from integrations.contact.admin.counts import UnreadMenuItem
from integrations.contact.admin.forms import STATES, HandleForm, name_of
from integrations.contact.admin.reply import reply_address
from integrations.contact.models import NOBODY_IS_TOLD, ContactMessage, ContactSettings
from integrations.contact.states import Source, State, Suspicion
from integrations.mail.services import mails_about

NAMESPACE = "contact_messages"
_ON_WIDE_SCREENS = "on-wide-screens"
OUT_OF_THE_WAY = (State.SPAM, State.ARCHIVED)


def detail_url(message: ContactMessage) -> str:
    return reverse(f"{NAMESPACE}:inspect", args=[message.pk])


class MessageFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=STATES, widget=CheckboxSelectMultiple
    )
    assignee = django_filters.ModelMultipleChoiceFilter(
        label=gettext_lazy("Assigned to"),
        queryset=lambda _request: _assignees(),  # type: ignore[arg-type]  # callables are fine
        widget=CheckboxSelectMultiple,
    )
    suspicion = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Held because"),
        choices=[each for each in Suspicion.choices if each[0]],
        widget=CheckboxSelectMultiple,
    )
    received_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Received"), widget=DateRangePickerWidget
    )

    class Meta:
        model = ContactMessage
        fields: ClassVar[list[str]] = []


def _assignees() -> QuerySet[User]:
    """Whoever has a message now."""
    assigned = ContactMessage.objects.exclude(assignee=None).values("assignee")
    return User.objects.filter(pk__in=assigned)


class InboxView(PeopleIndexView):
    """What is to be done; spam and the archive only for those who ask for them."""

    template_name = "cms/admin/list_with_bulk_actions.html"
    default_ordering = "-received_at"
    page_title = gettext_lazy("Messages")
    log_action = "contact.list"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (self.results_only or self.is_export or ContactSettings.load().recipient_addresses):
            messages.warning(request, NOBODY_IS_TOLD)
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response

    def get_base_queryset(self) -> QuerySet[ContactMessage]:
        queryset: QuerySet[ContactMessage] = super().get_base_queryset()
        queryset = queryset.select_related("assignee").defer("search_text")
        asks = any(self.request.GET.get(name) for name in ("state", "suspicion", "q"))
        return queryset if asks else queryset.exclude(state__in=OUT_OF_THE_WAY)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="contactmessage"),
            TitleColumn(
                "title",
                label=_("Message"),
                get_url=detail_url,
                get_title_id=lambda message: f"contactmessage_{message.pk}_title",
                classname="title",
            ),
            Column("name", label=_("From"), sort_key="name", classname="cms-wrapped"),
            Column("state", label=_("State"), accessor=_state_text, sort_key="state"),
            Column(
                "assignee",
                label=_("Assigned to"),
                accessor=_assignee_name,
                classname=_ON_WIDE_SCREENS,
            ),
            DateColumn(
                "received_at",
                label=_("Received"),
                sort_key="received_at",
                classname=_ON_WIDE_SCREENS,
            ),
        ]

    def note_export(self, queryset: QuerySet[ContactMessage], spreadsheet_format: str) -> None:
        user = user_of(self.request)
        services.note_export(messages=queryset, file_type=spreadsheet_format, user=user)


def _state_text(message: ContactMessage) -> str:
    text = str(capfirst(State(message.state).label))
    return f"{text} ({_('unread')})" if message.is_unread else text


def _assignee_name(message: ContactMessage) -> str:
    assignee = message.assignee
    return name_of(assignee) if assignee else ""


class MessageView(PersonView):
    """One message. Opening it is logged, and so it is no longer unread."""

    template_name = "contact/admin/message.html"
    page_title = gettext_lazy("Message")

    def get_page_subtitle(self) -> str:
        return str(self.object.title)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._shown(self._form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.user_has_permission("change"):
            raise PermissionDenied
        form = self._form(request.POST)
        if not form.is_valid():
            return self._shown(form)
        form.save(message=self.object, user=user_of(request))
        messages.success(request, _("Saved."))
        was_held = self.object.state == State.SPAM
        self.object.refresh_from_db(fields=["first_read_at"])
        if was_held and self.object.is_unread:
            # Released: to show it again would be to read it.
            return redirect(f"{NAMESPACE}:index")
        return redirect(detail_url(self.object))

    def _form(self, data: Any = None) -> HandleForm:
        initial = {"state": self.object.state, "assignee": self.object.assignee_id}
        return HandleForm(data, initial=initial)

    def _shown(self, form: HandleForm) -> HttpResponse:
        services.note_read(message=self.object, user=user_of(self.request))
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        message = self.object
        return {
            **super().get_context_data(**kwargs),
            "message": message,
            "state_text": capfirst(State(message.state).label),
            "source_text": Source(message.source).label,
            "suspicion_text": Suspicion(message.suspicion).label if message.suspicion else "",
            "notes": message.notes.select_related("author"),
            "mails": mails_about(message.mail_reference),
            "reply_address": reply_address(message),
            "may_change": self.user_has_permission("change"),
            "may_delete": self.user_has_permission("delete"),
            "delete_url": reverse(f"{NAMESPACE}:delete", args=[message.pk]),
        }


class EraseView(generic.DeleteView):
    page_title = gettext_lazy("Erase")
    success_message = gettext_lazy("The message was erased.")

    @property
    def confirmation_message(self) -> str:
        return _("The message, its notes and the mails about it are erased for good.")

    def delete_action(self) -> None:
        services.erase(messages=[self.object], user=user_of(self.request))


class MessageHistoryView(ReadersHistoryView):
    """What was done with a message. The way back is to the message: there is no other form."""

    def get_edit_url(self, instance: ContactMessage) -> str:
        return detail_url(instance)


class MessageViewSet(PeopleViewSet):
    model = ContactMessage
    icon = "mail"
    menu_label = gettext_lazy("Messages")
    menu_order = 250
    add_to_admin_menu = True
    inspect_view_fields: ClassVar[list[str]] = ["received_at"]
    index_view_class = InboxView
    inspect_view_class = MessageView
    delete_view_class = EraseView
    history_view_class = MessageHistoryView
    filterset_class = MessageFilterSet
    search_fields: ClassVar[list[str]] = ["name", "email", "subject", "message"]
    list_export: ClassVar[list[str]] = [
        *("received_at", "name", "email", "subject", "message", "locale", "has_consented"),
        *("source", "state"),
    ]
    export_filename = "messages"

    @property
    def menu_item_class(self) -> type[MenuItem]:
        return UnreadMenuItem

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        item = super().get_menu_item(order)
        policy = policy_registry.get_by_type(ContactMessage)
        item.is_shown = lambda request: policy.user_has_any_permission(
            request.user, {"view", "change", "delete"}
        )
        return item
