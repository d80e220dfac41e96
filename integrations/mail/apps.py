from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "integrations.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from cms.ops.conditions import register_condition
        from cms.ops.metrics import register_gauge
        from integrations.mail import channel, personal_data, suppressions
        from integrations.mail.message_templates import MailTemplate, register_template

        personal_data.register()
        register_condition("mail", channel.condition)
        register_condition("mail_suppressions", suppressions.condition)
        register_gauge(
            "mail_waits_for_provider",
            "1 while mail cannot leave because the provider is away or refuses the account",
            lambda: float(channel.is_closed()),
        )
        register_template(
            MailTemplate("test", _("Test mail"), lambda: {"asked_by": "Ana María Rojas"})
        )
