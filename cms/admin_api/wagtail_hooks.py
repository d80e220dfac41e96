"""What the admin API adds to Wagtail's admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from cms.admin_api import sign_ins
from cms.admin_api.audit.completion import touch
from cms.admin_api.audit_report import AuditLogItem
from cms.models import User


@hooks.register("register_log_actions")
def register_sign_in_actions(actions: LogActionRegistry) -> None:
    actions.register_action("sign_in.begin", _("Sign in"), _("Signed in"))
    actions.register_action("sign_in.fail", _("Fail to sign in"), _("Failed to sign in"))
    actions.register_action(
        "sign_in.limit", _("Try too many passwords"), _("Refused for too many wrong passwords")
    )
    actions.register_action("sign_in.end", _("Sign out"), _("Sign-in ended"))
    actions.register_action(
        "password.ask", _("Ask for a new password"), _("New password asked for by mail")
    )
    actions.register_action("password.change", _("Change a password"), _("Password changed"))
    actions.register_action(
        "sign_in.reuse",
        _("Use a refresh token again"),
        _("Sign-in ended, because a refresh token was used twice"),
    )


@hooks.register("register_log_actions")
def register_audit_actions(actions: LogActionRegistry) -> None:
    actions.register_action("audit.export", _("Export the audit log"), _("Audit log exported"))
    actions.register_action(
        "audit.purge", _("Delete old log entries"), _("Old log entries deleted")
    )
    actions.register_action("permission.give", _("Give a permission"), _("Permission given"))
    actions.register_action("permission.take", _("Take a permission"), _("Permission taken"))


@hooks.register("register_permissions")
def register_audit_permission() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="admin_api", codename="view_audit_log")


@hooks.register("register_reports_menu_item")
def register_audit_log_item() -> MenuItem:
    address = reverse("wagtailadmin_reports:site_history")
    return AuditLogItem(_("Audit log"), address, name="audit-log", icon_name="history", order=1000)


@hooks.register("construct_reports_menu")
def remove_site_history(request: HttpRequest, items: list[MenuItem]) -> None:
    """The audit log stands in its place."""
    items[:] = [item for item in items if item.name != "site-history"]


@hooks.register("before_bulk_action")
def remember_for_log(
    request: HttpRequest, action_type: str, objects: list[Any], action: object
) -> None:
    """Many of these actions change or delete rows without a signal of each."""
    for each in objects:
        touch(each)


@hooks.register("after_bulk_action")
def end_lost_sign_ins(
    request: HttpRequest, action_type: str, objects: list[Any], action: object
) -> None:
    """Accounts are deactivated without a signal, too."""
    if any(isinstance(each, User) for each in objects):
        sign_ins.end_all_that_are_lost()
