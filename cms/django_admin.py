"""Django's own admin: only what Wagtail's has no page for, so that its log misses no change."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

_SHOWN_APPS = frozenset({"procrastinate"})
"""Jobs. Groups, documents and tags register themselves, too, and past Wagtail's forms and log."""


class DjangoAdminConfig(AdminConfig):
    default_site = "cms.django_admin.JobsAdminSite"


class JobsAdminSite(AdminSite):
    """Leaves out what other apps register."""

    # Attempts to sign in are counted in transactions of their own, as in `cms.urls`.
    @method_decorator(non_atomic_requests)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().login(request, extra_context)

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], *args: Any, **options: Any
    ) -> None:
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        shown = [model for model in models if model._meta.app_label in _SHOWN_APPS]
        super().register(shown, *args, **options)
