"""Mails: what was sent to whom, every attempt, and what became of it."""

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.log_actions import log
from wagtail.permissions import policy_registry

from cms.ops.outbox_admin import OutboxRowViewSet
from cms.people_admin import LoggedIndexView
from integrations.mail import channel, suppressions
from integrations.mail.admin.actions import MAIL_BUTTONS, WAY_BUTTONS
from integrations.mail.message_templates import templates
from integrations.mail.models import OutgoingMail
from integrations.mail.outbox import ALARM
from integrations.mail.progress import MailStatus

NAMESPACE = "mails"
_ON_WIDE_SCREENS = "on-wide-screens"


def detail_url(mail: OutgoingMail) -> str:
    return reverse(f"{NAMESPACE}:inspect", args=[mail.pk])


def may(request: HttpRequest, action: str) -> bool:
    """Whether the user may do ``action`` (view, change) with mails."""
    policy = policy_registry.get_by_type(OutgoingMail)
    return bool(policy.user_has_permission(request.user, action))


def kinds() -> list[tuple[str, Any]]:
    """Every kind of mail with its name."""
    own = [(template.name, template.label) for template in templates()]
    return [*own, (ALARM, gettext_lazy("Alarm for administrators"))]


def kind_of(mail: OutgoingMail) -> str:
    return str(dict(kinds()).get(mail.template, _("Sign-in and workflow")))


class MailFilterSet(WagtailFilterSet):
    current_status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=MailStatus.choices, widget=CheckboxSelectMultiple
    )
    template = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Kind"), choices=kinds, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = OutgoingMail
        fields: ClassVar[list[str]] = []


class MailIndexView(LoggedIndexView):
    template_name = "mail/admin/mails.html"
    log_action = "mail.list"
    default_ordering = "-created_at"

    def get_base_queryset(self) -> QuerySet[OutgoingMail]:
        # Without the words of thousands of mails.
        queryset: QuerySet[OutgoingMail] = super().get_base_queryset()
        return queryset.with_status().defer("text_body", "html_body", "headers")  # type: ignore[attr-defined]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("subject", label=_("Subject"), get_url=detail_url, classname="title"),
            Column("recipient", label=_("To"), classname="cms-wrapped"),
            Column("status_text", label=_("State")),
            Column("template", label=_("Kind"), accessor=kind_of, classname=_ON_WIDE_SCREENS),
            Column("attempts", label=_("Attempts"), classname=_ON_WIDE_SCREENS),
            DateColumn(
                "created_at", label=_("When"), sort_key="created_at", classname=_ON_WIDE_SCREENS
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "channel": channel.current(),
            "may_change": may(self.request, "change"),
            "try_now_url": reverse(f"{NAMESPACE}:act_on_way", args=["try-now"]),
            "test_url": reverse(f"{NAMESPACE}:act_on_way", args=["test"]),
        }


class MailDetail(generic.InspectView):
    template_name = "mail/admin/mail.html"
    page_title = gettext_lazy("Mail")
    any_permission_required: ClassVar[list[str]] = ["view"]

    def get_page_subtitle(self) -> str:
        return str(self.object.subject)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Addresses are personal data: who has looked is remembered.
        log(self.object, "mail.view", user=request.user)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mail = self.object
        may_change = may(self.request, "change")
        return {
            **super().get_context_data(**kwargs),
            "mail": mail,
            "kind": kind_of(mail),
            "attempts": mail.attempts_made.all(),
            "events": mail.events.all(),
            "may_read": bool(mail.template),
            "is_shortened": mail.readable_text != mail.text_body,
            "is_waiting": mail.status in (MailStatus.QUEUED, MailStatus.SENDING),
            "may_send_again": may_change and mail.status != MailStatus.SENDING,
            "may_cancel": may_change and mail.status in (MailStatus.QUEUED, MailStatus.FAILED),
            "channel": channel.current(),
            "send_again_url": reverse(f"{NAMESPACE}:act", args=[mail.pk, "send-again"]),
            "allow_url": reverse(f"{NAMESPACE}:act", args=[mail.pk, "allow"]),
            "may_allow": may_change and suppressions.is_suppressed(mail.canonical_recipient),
            "cancel_url": reverse(f"{NAMESPACE}:act", args=[mail.pk, "cancel"]),
        }


class MailActionView(View):
    """A button of one mail: a POST, by whoever may change mails."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        if not may(request, "change"):
            raise PermissionDenied
        mail = get_object_or_404(OutgoingMail, pk=pk)
        if action not in MAIL_BUTTONS:
            raise Http404
        MAIL_BUTTONS[action](request, mail)
        return redirect(detail_url(mail))


class WayActionView(View):
    """A button above the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, action: str) -> HttpResponse:
        if not may(request, "change"):
            raise PermissionDenied
        if action not in WAY_BUTTONS:
            raise Http404
        WAY_BUTTONS[action](request)
        return redirect(reverse(f"{NAMESPACE}:index"))


class MailViewSet(OutboxRowViewSet):
    """Only to look at: mails are written by what happens."""

    model = OutgoingMail
    icon = "mail"
    menu_label = gettext_lazy("Sent and waiting")
    menu_order = 100
    index_view_class = MailIndexView
    inspect_view_class = MailDetail
    filterset_class = MailFilterSet
    search_fields: ClassVar[list[str]] = ["recipient", "canonical_recipient", "subject"]
    search_backend_name = None

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("act/<int:pk>/<slug:action>/", MailActionView.as_view(), name="act"),
            path("way/<slug:action>/", WayActionView.as_view(), name="act_on_way"),
        ]
