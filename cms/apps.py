"""The project's own app: the user model, the shared HTTP parts and the operations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Users")

    def ready(self) -> None:
        from cms import checks  # noqa: F401 (registers them)
        from cms.http.response_cache.configuration import second_level_condition
        from cms.ops import outer_cache
        from cms.ops.conditions import register_condition
        from cms.ops.metrics import register_gauge

        register_condition("shared_answers", second_level_condition)
        register_condition("outer_cache", outer_cache.condition)
        register_gauge(
            "outer_cache_failing_seconds",
            "For how long the caches in front could not be purged",
            outer_cache.failing_seconds,
        )
