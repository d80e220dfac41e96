from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "integrations.newsletter"
    label = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from cms.ops.conditions import register_condition
        from integrations.mail.services import register_template
        from integrations.newsletter import (
            list_outbox,
            list_personal_data,
            notifications,
            personal_data,
            signal_handlers,
        )

        for template in notifications.TEMPLATES:
            register_template(template)
        personal_data.register()
        list_personal_data.register()
        signal_handlers.connect()
        register_condition("newsletter_list", list_outbox.condition)
