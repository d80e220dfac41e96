"""Webhooks in Wagtail's admin: menu, permissions, log, notice on the first page."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import LogActionRegistry

from integrations.webhooks.admin.dashboard import WebhookTroublePanel
from integrations.webhooks.admin.deliveries import DeliveryViewSet
from integrations.webhooks.admin.endpoints import EndpointViewSet

_PERMISSIONS = (
    "add_endpoint",
    "change_endpoint",
    "delete_endpoint",
    "view_endpoint",
    "view_delivery",
)


class WebhooksViewSetGroup(ViewSetGroup):
    menu_label = _("Webhooks")
    menu_icon = "link-external"
    menu_order = 850
    add_to_admin_menu = True
    items = (
        EndpointViewSet("webhook_endpoints", url_prefix="webhooks/receivers"),
        DeliveryViewSet("webhook_deliveries", url_prefix="webhooks/deliveries"),
    )


@hooks.register("register_admin_viewset")
def register_webhooks() -> ViewSetGroup:
    return WebhooksViewSetGroup()


@hooks.register("register_permissions")
def register_webhook_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="webhooks", codename__in=_PERMISSIONS)


@hooks.register("construct_homepage_panels")
def add_webhook_trouble(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(WebhookTroublePanel())


@hooks.register("insert_global_admin_css")
def add_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("webhooks/admin.css"))


@hooks.register("register_log_actions")
def register_webhook_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "webhooks.change_secret", _("Change secret"), _("Secret of the webhook changed")
    )
    actions.register_action("webhooks.pause", _("Pause webhook"), _("Webhook paused"))
    actions.register_action("webhooks.resume", _("Switch on webhook"), _("Webhook switched on"))
    actions.register_action(
        "webhooks.switch_off", _("Switch off webhook"), _("Webhook switched off")
    )
    actions.register_action("webhooks.test", _("Test webhook"), _("Test sent to the webhook"))
    actions.register_action(
        "webhooks.send_again", _("Send again"), _("Messages of the webhook sent again")
    )
