from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        from cms.ops.conditions import register_condition
        from cms.ops.metrics import register_gauge
        from cms.pictures import register_pictures
        from cms.privacy_page import register_privacy_page
        from cms.site_name import register_site_name
        from content import (
            privacy_page,
            references,
            scheduling,
            sections,
            signal_handlers,
            site_name,
        )
        from content.api import openapi  # noqa: F401 (describes the fields)

        register_condition("publishing", scheduling.condition)
        register_gauge(
            "scheduled_publishing_failing",
            "Pages and snippets that could not be published or withdrawn at their time",
            lambda: scheduling.failing().count(),
        )
        register_site_name(site_name.name_in_settings)
        register_privacy_page(privacy_page.read_privacy_page)
        register_pictures(references.of_one_answer)
        sections.register()
        signal_handlers.register()
