"""The newsletter in Wagtail's admin: menu, permissions, log, panel on the first page."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import LogActionRegistry

from integrations.newsletter.admin import buttons, imports, provider_list, subscribers
from integrations.newsletter.admin.bulk_actions import BULK_ACTIONS
from integrations.newsletter.admin.dashboard import NewsletterPanel

_LOGGED = {
    "newsletter.list": (_("List subscribers"), _("Subscribers listed")),
    "newsletter.read": (_("Read subscriber"), _("Subscriber read")),
    "newsletter.state": (_("Change state of subscriber"), _("State of the subscriber changed")),
    "newsletter.ask_again": (_("Ask to confirm again"), _("Subscriber asked to confirm again")),
    "newsletter.export": (_("Download subscribers"), _("Subscribers downloaded")),
    "newsletter.import": (_("Import subscribers"), _("Subscribers imported")),
    "newsletter.erase": (_("Erase subscriber"), _("Subscriber erased")),
}
_PERMISSIONS = (
    *("view_subscriber", "change_subscriber", "delete_subscriber"),
    *("import_subscriber", "export_subscriber"),
)

for _action in BULK_ACTIONS:
    hooks.register("register_bulk_action", _action)


class NewsletterViewSetGroup(ViewSetGroup):
    menu_label = _("Newsletter")
    menu_icon = "group"
    menu_order = 260
    add_to_admin_menu = True
    items = (
        subscribers.SubscriberViewSet(buttons.NAMESPACE, url_prefix="subscribers"),
        imports.ImportViewSet(imports.NAMESPACE, url_prefix="subscriber-imports"),
        provider_list.ListViewSet(provider_list.NAMESPACE, url_prefix="newsletter-list"),
    )


@hooks.register("register_admin_viewset")
def register_newsletter() -> ViewSetGroup:
    return NewsletterViewSetGroup()


@hooks.register("register_permissions")
def register_newsletter_permissions() -> QuerySet[Permission]:
    own = Permission.objects.filter(content_type__app_label="newsletter")
    return own.filter(codename__in=_PERMISSIONS)


@hooks.register("construct_homepage_panels")
def add_newsletter(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(NewsletterPanel())


@hooks.register("register_log_actions")
def register_newsletter_actions(actions: LogActionRegistry) -> None:
    for action, (label, message) in _LOGGED.items():
        actions.register_action(action, label, message)
