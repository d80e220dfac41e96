"""Deliveries: what was sent to whom, every attempt, and what was answered."""

import json
from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.permissions import policy_registry

from cms.ops.outbox import OutboxRow
from cms.ops.outbox_admin import OutboxRowViewSet
from integrations.webhooks.admin.actions import user_of
from integrations.webhooks.admin.endpoints import ON_WIDE_SCREENS, overview_url
from integrations.webhooks.event_types import EventType
from integrations.webhooks.models import Delivery, Endpoint
from integrations.webhooks.services import send_again

NAMESPACE = "webhook_deliveries"


def detail_url(delivery: Delivery) -> str:
    return reverse(f"{NAMESPACE}:inspect", args=[delivery.pk])


class DeliveryFilterSet(WagtailFilterSet):
    endpoint = django_filters.ModelMultipleChoiceFilter(
        queryset=Endpoint.objects.all(),
        label=gettext_lazy("Receiver"),
        widget=CheckboxSelectMultiple,
    )
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"),
        choices=[
            (OutboxRow.State.WAITING, gettext_lazy("waiting")),
            (OutboxRow.State.DONE, gettext_lazy("delivered")),
            (OutboxRow.State.DEAD, gettext_lazy("failed")),
            (OutboxRow.State.CANCELLED, gettext_lazy("withdrawn")),
        ],
        widget=CheckboxSelectMultiple,
    )
    message__type = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Event"), choices=EventType.choices, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = Delivery
        fields: ClassVar[list[str]] = []


class DeliveryIndexView(generic.IndexView):
    default_ordering = "-created_at"

    def get_base_queryset(self) -> QuerySet[Delivery]:
        queryset: QuerySet[Delivery] = super().get_base_queryset()
        return queryset.select_related("message", "endpoint")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "type",
                label=_("Event"),
                accessor="message.type",
                get_url=detail_url,
                classname="title",
            ),
            Column(
                "object",
                label=_("About"),
                accessor=lambda delivery: _about(delivery),
                classname=ON_WIDE_SCREENS,
            ),
            Column(
                "endpoint",
                label=_("Receiver"),
                accessor="endpoint.url",
                classname="webhooks-address",
            ),
            Column("status_text", label=_("State")),
            Column("attempts", label=_("Attempts"), classname=ON_WIDE_SCREENS),
            DateColumn("created_at", label=_("When"), sort_key="created_at"),
        ]


def _about(delivery: Delivery) -> str:
    message = delivery.message
    return message.paths[0] if message.paths else f"{message.object_type} {message.object_id or ''}"


class DeliveryDetail(generic.InspectView):
    template_name = "webhooks/admin/delivery.html"
    page_title = gettext_lazy("Delivery")
    any_permission_required: ClassVar[list[str]] = ["view"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        delivery = self.object
        policy = policy_registry.get_by_type(Endpoint)
        return {
            **super().get_context_data(**kwargs),
            "delivery": delivery,
            "endpoint_url": overview_url(delivery.endpoint),
            "attempts": delivery.attempts_made.all(),
            "payload": json.dumps(delivery.message.payload, indent=2, ensure_ascii=False),
            "may_send_again": policy.user_has_permission(self.request.user, "change"),
            "send_again_url": reverse(f"{NAMESPACE}:send_again", args=[delivery.pk]),
        }


class SendAgainView(View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not policy_registry.get_by_type(Endpoint).user_has_permission(request.user, "change"):
            raise PermissionDenied
        delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
        if not delivery.endpoint.is_active:
            messages.error(request, _("Nothing is sent to this address now. Switch it on first."))
        elif send_again(delivery=delivery, user=user_of(request)):
            messages.success(request, _("It is sent again. Reload this page to see how it went."))
        else:
            messages.warning(request, _("It is being sent right now."))
        return redirect(detail_url(delivery))


class DeliveryViewSet(OutboxRowViewSet):
    """Only to look at: deliveries are made by changes."""

    model = Delivery
    icon = "list-ul"
    menu_label = gettext_lazy("Deliveries")
    menu_order = 200
    index_view_class = DeliveryIndexView
    inspect_view_class = DeliveryDetail
    filterset_class = DeliveryFilterSet

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("send-again/<int:pk>/", SendAgainView.as_view(), name="send_again"),
        ]
