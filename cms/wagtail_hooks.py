"""What the project itself adds to Wagtail's admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from cms.personal_data_admin import URL_NAME, PersonalDataItem, PersonalDataView


@hooks.register("register_admin_urls")
def register_personal_data_page() -> list[URLPattern]:
    return [path("personal-data/", PersonalDataView.as_view(), name=URL_NAME)]


@hooks.register("register_settings_menu_item")
def register_personal_data_item() -> MenuItem:
    return PersonalDataItem(_("Personal data"), reverse(URL_NAME), icon_name="user", order=700)


@hooks.register("register_permissions")
def register_personal_data_permission() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="cms", codename="handle_personal_data")


@hooks.register("insert_global_admin_css")
def add_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))


@hooks.register("register_log_actions")
def register_personal_data_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "personal_data.find", _("Find personal data"), _("Personal data looked at")
    )
    actions.register_action(
        "personal_data.export", _("Export personal data"), _("Personal data exported")
    )
    actions.register_action(
        "personal_data.erase", _("Erase personal data"), _("Personal data erased")
    )
