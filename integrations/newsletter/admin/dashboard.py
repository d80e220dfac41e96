"""How many people get the newsletter, on the first page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from integrations.newsletter.admin import buttons, provider_list
from integrations.newsletter.admin.access import may
from integrations.newsletter.list_outbox import LIST_WAY, has_provider
from integrations.newsletter.models import ListEntry, SignupRequest, Subscriber
from integrations.newsletter.states import State

_RECENT = timedelta(days=30)


class NewsletterPanel(Component):
    """Numbers of the list, and whether the copy at the provider is in trouble."""

    name = "newsletter"
    order = 70
    template_name = "newsletter/admin/panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        if not may(request, "view"):
            return {"is_shown": False}
        list_url = reverse(f"{buttons.NAMESPACE}:index")
        return {
            "is_shown": True,
            "heading": _("Newsletter"),
            **_counts(),
            # They are kept for as long as the others are counted here.
            "trapped": SignupRequest.objects.filter(is_trapped=True).count(),
            "confirmed_url": f"{list_url}?state={State.CONFIRMED.value}",
            "pending_url": f"{list_url}?state={State.PENDING.value}",
            "is_in_trouble": has_provider() and LIST_WAY.is_closed(),
            "failed": ListEntry.objects.failed().count() if has_provider() else 0,
            "provider_url": reverse(f"{provider_list.NAMESPACE}:index"),
        }


def _counts() -> dict[str, int]:
    is_recent = Q(confirmed_at__gt=Now() - _RECENT)
    return Subscriber.objects.aggregate(
        confirmed=Count("pk", filter=Q(state=State.CONFIRMED)),
        pending=Count("pk", filter=Q(state=State.PENDING)),
        joined=Count("pk", filter=Q(state=State.CONFIRMED) & is_recent),
        left=Count("pk", filter=Q(left_at__gt=Now() - _RECENT)),
    )
