"""The inbox in Wagtail's admin: menu, permissions, bulk actions, log, panel on the first page."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from integrations.contact.admin.bulk_actions import BULK_ACTIONS
from integrations.contact.admin.counts import InboxPanel
from integrations.contact.admin.inbox import MessageViewSet

_LOGGED = {
    "contact.list": (_("List messages"), _("Messages listed")),
    "contact.read": (_("Read message"), _("Message read")),
    "contact.state": (_("Change state of message"), _("State of the message changed")),
    "contact.assign": (_("Assign message"), _("Message assigned")),
    "contact.note": (_("Note about message"), _("Note about the message added")),
    "contact.export": (_("Export message"), _("Message exported")),
    "contact.erase": (_("Erase message"), _("Message erased")),
    "contact.purge": (_("Erase old messages"), _("Messages erased whose time was over")),
}
_PERMISSIONS = (
    *("view_contactmessage", "change_contactmessage", "delete_contactmessage"),
    "change_contactsettings",
)

for _action in BULK_ACTIONS:
    hooks.register("register_bulk_action", _action)


@hooks.register("register_admin_viewset")
def register_inbox() -> MessageViewSet:
    return MessageViewSet("contact_messages", url_prefix="messages")


@hooks.register("register_permissions")
def register_contact_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="contact", codename__in=_PERMISSIONS)


@hooks.register("construct_homepage_panels")
def add_inbox(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(InboxPanel())


@hooks.register("register_log_actions")
def register_contact_actions(actions: LogActionRegistry) -> None:
    for action, (label, message) in _LOGGED.items():
        actions.register_action(action, label, message)
