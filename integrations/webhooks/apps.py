from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "integrations.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from cms.admin_api.audit import changes
        from integrations.webhooks import signal_handlers
        from integrations.webhooks.models import Endpoint

        changes.track(Endpoint, hidden=frozenset({"encrypted_secret", "former_encrypted_secret"}))
        signal_handlers.register()
