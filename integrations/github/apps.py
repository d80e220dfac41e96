from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GitHubConfig(AppConfig):
    name = "integrations.github"
    label = "github"
    verbose_name = _("GitHub")

    def ready(self) -> None:
        from cms.admin_api.audit import changes
        from cms.ops.conditions import register_condition
        from integrations.github import sections, signal_handlers
        from integrations.github.conditions import feeds_condition
        from integrations.github.models import Account

        changes.track(Account)
        register_condition("github", feeds_condition)
        sections.register()
        signal_handlers.register()
