"""Endpoints: list, forms, an overview of each with buttons for what can be done."""

from typing import Any, ClassVar

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry

from cms.ops.outbox import OutboxRow
from integrations.webhooks.admin.actions import BUTTONS, change_secret
from integrations.webhooks.admin.forms import EndpointForm
from integrations.webhooks.models import SECRET_OVERLAP, Delivery, Endpoint
from integrations.webhooks.services import give_secret

NAMESPACE = "webhook_endpoints"
CHANGE_SECRET = "change-secret"  # noqa: S105 - the name of a button
_SHOWN_DELIVERIES = 10
ON_WIDE_SCREENS = "on-wide-screens"


def overview_url(endpoint: Endpoint) -> str:
    return reverse(f"{NAMESPACE}:inspect", args=[quote(endpoint.pk)])


def show_secret(
    request: HttpRequest, endpoint: Endpoint, secret: str, *, is_new: bool
) -> HttpResponse:
    """The one page that ever shows a secret: the answer to the form itself, kept nowhere."""
    response = TemplateResponse(
        request,
        "webhooks/admin/secret.html",
        {
            "endpoint": endpoint,
            "secret": secret,
            "is_new": is_new,
            "overlap_hours": SECRET_OVERLAP.total_seconds() // 3600,
            "overview_url": overview_url(endpoint),
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": reverse(f"{NAMESPACE}:index"), "label": _("Webhooks")},
                {"url": overview_url(endpoint), "label": endpoint.url},
            ],
            "header_title": _("Secret"),
            "header_icon": "key",
        },
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


class EndpointIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Endpoint]:
        """With all that a row shows, so that no row asks the database again."""
        waiting = Q(deliveries__state=OutboxRow.State.WAITING)
        failed = Q(deliveries__state=OutboxRow.State.DEAD)
        queryset: QuerySet[Endpoint] = super().get_base_queryset()
        return queryset.annotate(
            waiting_count=Count("deliveries", filter=waiting),
            failed_count=Count("deliveries", filter=failed),
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "url",
                label=_("Address"),
                get_url=overview_url,
                sort_key="url",
                classname="title webhooks-address",
            ),
            Column("description", label=_("Description"), classname=ON_WIDE_SCREENS),
            Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
            Column("waiting_count", label=_("Waiting"), sort_key="waiting_count"),
            Column("failed_count", label=_("Failed"), sort_key="failed_count"),
        ]


class EndpointCreateView(generic.CreateView):
    def save_instance(self) -> Endpoint:
        self.secret = give_secret(self.form.instance)
        endpoint: Endpoint = super().save_instance()
        return endpoint

    def save_action(self) -> HttpResponse:
        return show_secret(self.request, self.object, self.secret, is_new=True)


class EndpointOverview(generic.InspectView):
    """State, buttons and the newest deliveries."""

    template_name = "webhooks/admin/endpoint.html"
    page_title = _("Webhook")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endpoint = self.object
        deliveries = Delivery.objects.filter(endpoint=endpoint)
        policy = policy_registry.get_by_type(Endpoint)
        counts = deliveries.aggregate(
            waiting=Count("pk", filter=Q(state=OutboxRow.State.WAITING)),
            failed=Count("pk", filter=Q(state=OutboxRow.State.DEAD)),
        )
        newest = deliveries.select_related("message", "endpoint").order_by("-created_at", "-pk")
        return {
            **super().get_context_data(**kwargs),
            "endpoint": endpoint,
            "counts": counts,
            "deliveries": newest[:_SHOWN_DELIVERIES],
            "may_change": policy.user_has_permission(self.request.user, "change"),
            "deliveries_url": reverse("webhook_deliveries:index") + f"?endpoint={endpoint.pk}",
            "act_urls": {
                name.replace("-", "_"): reverse(f"{NAMESPACE}:act", args=[endpoint.pk, name])
                for name in (*BUTTONS, CHANGE_SECRET)
            },
        }


class EndpointActionView(View):
    """One button: a POST, by whoever may change endpoints."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        if not policy_registry.get_by_type(Endpoint).user_has_permission(request.user, "change"):
            raise PermissionDenied
        endpoint = get_object_or_404(Endpoint, pk=pk)
        if action == CHANGE_SECRET:
            return show_secret(request, endpoint, change_secret(request, endpoint), is_new=False)
        if action not in BUTTONS:
            raise Http404
        BUTTONS[action](request, endpoint)
        return redirect(overview_url(endpoint))


class EndpointViewSet(ModelViewSet):
    model = Endpoint
    icon = "site"
    menu_label = _("Receivers")
    menu_order = 100
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields: ClassVar[list[str]] = ["url", "description"]
    index_view_class = EndpointIndexView
    add_view_class = EndpointCreateView
    inspect_view_class = EndpointOverview
    list_per_page = 50
    ordering: ClassVar[list[str]] = ["url", "pk"]

    def get_form_class(self, for_update: bool = False) -> type[EndpointForm]:  # noqa: FBT001, FBT002
        return EndpointForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Nothing refers to an endpoint.
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *(each for each in super().get_urlpatterns() if each.name != "usage"),
            path("act/<int:pk>/<slug:action>/", EndpointActionView.as_view(), name="act"),
        ]
