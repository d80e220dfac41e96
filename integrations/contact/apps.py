from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactConfig(AppConfig):
    name = "integrations.contact"
    label = "contact"
    verbose_name = _("Contact")

    def ready(self) -> None:
        from cms.admin_api.audit import changes
        from integrations.contact import notifications, personal_data
        from integrations.contact.models import ContactSettings
        from integrations.mail.services import register_template

        for template in notifications.TEMPLATES:
            register_template(template)
        personal_data.register()
        # Addresses of strangers: the log is kept longer than these are wanted.
        changes.track(ContactSettings, hidden=frozenset({"held_senders"}))
