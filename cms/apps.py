"""The project's own app: the user model, the shared HTTP parts and the operations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Users")

    def ready(self) -> None:
        from cms import checks  # noqa: F401 (registers them)
