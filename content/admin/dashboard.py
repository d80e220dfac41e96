"""What editors see first after they signed in."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.permissions import policy_registry

from content.admin.wording import when_text
from content.models import EventPage

SHOWN_EVENTS = 6


class NextEventsPanel(Component):
    """The next events, drafts included, in the order in which they begin."""

    name = "next_events"
    order = 100
    template_name = "content/admin/next_events.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request: HttpRequest = parent_context["request"]
        policy = policy_registry.get_by_type(EventPage)
        return {
            "request": request,
            "rows": [(event, when_text(event)) for event in self._events(request)],
            "is_shown": policy.user_has_any_permission(request.user, {"add", "change", "publish"}),
            "can_add": policy.user_has_permission(request.user, "add"),
            "list_url": reverse("content_events:index"),
            "add_url": reverse("content_events:choose_parent"),
        }

    def _events(self, request: HttpRequest) -> QuerySet[EventPage]:
        explorable = policy_registry.get_by_type(EventPage).explorable_instances(request.user)
        return (
            EventPage.objects.filter(
                pk__in=explorable.values("pk"),
                # Aliases repeat their source word by word.
                alias_of__isnull=True,
                finishes_at__gte=timezone.now(),
            )
            .order_by("starts_at", "pk")
            .defer_streamfields()
            .prefetch_workflow_states()
            .annotate_approved_schedule()[:SHOWN_EVENTS]
        )
