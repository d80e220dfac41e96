"""How much is new: in the menu on every page, and on the first page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.permissions import policy_registry

from cms.personal_data_log import log_people
from integrations.contact.models import ContactMessage

_SHOWN = 5


class UnreadMenuItem(MenuItem):
    """The label with the number of unread messages behind it, if there are some."""

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        component = super().render_component(request)
        count = ContactMessage.objects.unread().count()
        if count:
            component.label = f"{self.label} ({count})"
        return component


class InboxPanel(Component):
    """What is new, and what a rule has held and nobody has looked at."""

    name = "contact_inbox"
    order = 60
    template_name = "contact/admin/panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        policy = policy_registry.get_by_type(ContactMessage)
        if not policy.user_has_any_permission(user, {"view", "change", "delete"}):
            return {"is_shown": False}
        unread = ContactMessage.objects.unread()
        newest = list(unread[:_SHOWN])
        if newest:
            # With names: a look at people, as the list is.
            ids = [message.pk for message in newest]
            log_people(action="contact.list", model=ContactMessage, ids=ids, user=user)
        inbox_url = reverse("contact_messages:index")
        return {
            "is_shown": True,
            "heading": _("New messages"),
            "unread_count": unread.count(),
            "newest": newest,
            "held_count": ContactMessage.objects.awaiting_review().count(),
            "inbox_url": inbox_url,
            "spam_url": f"{inbox_url}?state=spam",
        }
