"""A notice on the first page, for whoever can do something about it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from wagtail.admin.ui.components import Component
from wagtail.permissions import policy_registry

from cms.ops.outbox import OutboxRow
from integrations.webhooks.models import Endpoint

_RECENT = timedelta(days=7)
_TROUBLED_AFTER_ATTEMPTS = 3


class WebhookTroublePanel(Component):
    """Endpoints that were switched off because they are gone, that have failed for good in the last
    week, or that are failing again and again.
    """

    name = "webhook_trouble"
    order = 50
    template_name = "webhooks/admin/trouble.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        policy = policy_registry.get_by_type(Endpoint)
        is_shown = policy.user_has_any_permission(request.user, {"add", "change", "view"})
        return {
            "endpoints": list(troubled_endpoints()) if is_shown else [],
            "list_url": reverse("webhook_endpoints:index"),
        }


def troubled_endpoints() -> QuerySet[Endpoint]:
    failed = Q(deliveries__state=OutboxRow.State.DEAD, deliveries__finished_at__gt=Now() - _RECENT)
    struggling = Q(
        deliveries__state=OutboxRow.State.WAITING,
        deliveries__attempts__gte=_TROUBLED_AFTER_ATTEMPTS,
    )
    counted = Endpoint.objects.annotate(
        failed_count=Count("deliveries", filter=failed),
        struggling_count=Count("deliveries", filter=struggling),
    )
    is_gone = Q(state=Endpoint.State.DISABLED, state_reason=Endpoint.Reason.GONE)
    return counted.filter(Q(failed_count__gt=0) | Q(struggling_count__gt=0) | is_gone)
