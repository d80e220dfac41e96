"""Mail in Wagtail's admin: menu, permissions, log, notice on the first page."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.log_actions import LogActionRegistry

from integrations.mail.admin import mails, samples
from integrations.mail.admin.dashboard import MailTroublePanel


class _PermittedItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return mails.may(request, "view")


class _SampleViewSet(samples.SampleViewSet):
    menu_item_class = _PermittedItem


class MailViewSetGroup(ViewSetGroup):
    menu_label = _("Mail")
    menu_icon = "mail"
    menu_order = 840
    add_to_admin_menu = True
    items = (
        mails.MailViewSet(mails.NAMESPACE, url_prefix="mail"),
        _SampleViewSet(samples.NAMESPACE, url_prefix="mail-samples"),
    )


@hooks.register("register_admin_viewset")
def register_mail() -> ViewSetGroup:
    return MailViewSetGroup()


@hooks.register("register_permissions")
def register_mail_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="mail", codename__in=("view_outgoingmail", "change_outgoingmail")
    )


@hooks.register("construct_homepage_panels")
def add_mail_trouble(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(MailTroublePanel())


@hooks.register("insert_global_admin_css")
def add_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("mail/admin.css"))


@hooks.register("register_log_actions")
def register_mail_actions(actions: LogActionRegistry) -> None:
    actions.register_action("mail.list", _("List mails"), _("Mails listed"))
    actions.register_action("mail.view", _("Look at mail"), _("Mail looked at"))
    actions.register_action("mail.send_again", _("Send again"), _("Mail sent again"))
    actions.register_action(
        "mail.allow_address", _("Send to an address again"), _("Address gets mail again")
    )
    actions.register_action("mail.cancel", _("Withdraw mail"), _("Mail withdrawn"))
