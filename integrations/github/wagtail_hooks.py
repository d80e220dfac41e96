"""GitHub in Wagtail's admin: menu, settings, permissions, notice on the first page."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.contrib.settings.registry import register_setting
from wagtail.log_actions import LogActionRegistry

from integrations.github.admin.accounts import AccountViewSet
from integrations.github.admin.dashboard import GitHubPanel
from integrations.github.admin.overview import OverviewViewSet
from integrations.github.admin.projects import ProjectViewSet
from integrations.github.models import GitHubSettings

_PERMISSIONS = (
    *("view_project", "change_project", "change_githubsettings"),
    *("add_account", "change_account", "delete_account", "view_account"),
)

GitHubSettings.panels = [
    FieldPanel("minutes_between_refreshes"),
    FieldPanel("never_show"),
]
register_setting(GitHubSettings, icon="code")


class GitHubViewSetGroup(ViewSetGroup):
    menu_label = _("GitHub")
    menu_icon = "code"
    menu_order = 250
    add_to_admin_menu = True
    items = (
        OverviewViewSet("github_overview", url_prefix="github"),
        ProjectViewSet("github_projects", url_prefix="github/projects"),
        AccountViewSet("github_accounts", url_prefix="github/accounts"),
    )


@hooks.register("register_admin_viewset")
def register_github() -> ViewSetGroup:
    return GitHubViewSetGroup()


@hooks.register("register_permissions")
def register_github_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="github", codename__in=_PERMISSIONS)


@hooks.register("construct_homepage_panels")
def add_github_panel(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(GitHubPanel())


@hooks.register("register_log_actions")
def register_github_actions(actions: LogActionRegistry) -> None:
    actions.register_action("github.order", _("Put in order"), _("Place in the order changed"))
    actions.register_action("github.describe", _("Describe"), _("Own description changed"))
    actions.register_action("github.cover", _("Change cover"), _("Cover changed"))
    actions.register_action("github.refresh", _("Refresh from GitHub"), _("Refresh asked for"))
    actions.register_action("github.feature", _("Feature"), _("Featured"))
    actions.register_action("github.unfeature", _("Feature no more"), _("Not featured any more"))
    actions.register_action("github.hide", _("Hide"), _("Hidden"))
    actions.register_action("github.show", _("Show again"), _("Shown again"))
