"""The app of the admin API: its tables are who is signed in by token."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdminApiConfig(AppConfig):
    name = "cms.admin_api"
    label = "admin_api"
    verbose_name = _("Admin API")

    def ready(self) -> None:
        from cms.admin_api import signal_handlers

        signal_handlers.register()
