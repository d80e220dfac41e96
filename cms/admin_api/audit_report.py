"""The audit log in Wagtail's admin, in place of Wagtail's site history and at its address."""

from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import ContentTypeFilter
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports.audit_logging import LogEntriesView, SiteHistoryReportFilterSet
from wagtail.log_actions import log, registry

from cms.admin_api.audit.entries import KEY
from cms.admin_api.audit.listing import PERMISSION
from cms.admin_api.audit.wording import changes_in_words, details_in_words
from cms.models import User
from cms.origin import Channel
from cms.spreadsheet_cells import csv_cell

_OF_REQUESTS = frozenset({Channel.ADMIN, Channel.API, Channel.SITE})


def _all(values_of: str) -> set[Any]:
    """What occurs in any entry: ids of accounts or types, or actions."""
    models = registry.get_log_entry_models()
    return {value for model in models for value in getattr(model.objects.all(), values_of)()}


class AuditLogFilterSet(SiteHistoryReportFilterSet):
    """Wagtail's, of all entries: it offers what occurs in those about what one may edit."""

    object_type = ContentTypeFilter(
        label=SiteHistoryReportFilterSet.base_filters["object_type"].label,
        method="filter_object_type",
        queryset=lambda request: ContentType.objects.filter(
            pk__in=_all("get_content_type_ids")
        ).order_by("model"),
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=Channel.choices, method="filter_channel"
    )

    def get_action_choices(self) -> list[tuple[str, Any]]:
        occurring = _all("get_actions")
        return [choice for choice in registry.get_choices() if choice[0] in occurring]

    def get_user_choices(self) -> QuerySet[User]:
        return User.objects.filter(pk__in=_all("get_user_ids")).order_by("username")

    def filter_channel(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"data__{KEY}__channel": value})


def may_see(user: Any) -> bool:
    return isinstance(user, User) and bool(user.has_perm(PERMISSION))


class AuditLogItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request.user)


@method_decorator(require_admin_access, name="dispatch")
class AuditLogReport(LogEntriesView):
    """Wagtail's report with where from and what changed; whoever takes it away is in it."""

    results_template_name = "admin_api/audit_log_results.html"
    page_title = _("Audit log")
    verbose_name_plural = _("entries")
    filterset_class = AuditLogFilterSet
    list_export = [
        *("timestamp", "user_name", "message", "content_type", "object_id", "label"),
        *("channel", "client", "request_id", "changed", "told"),
    ]
    export_headings = {
        **LogEntriesView.export_headings,
        "user_name": _("User"),
        "message": _("Action"),
        "channel": _("Channel"),
        "client": _("Client"),
        "request_id": _("Request"),
        "changed": _("Changes"),
        "told": _("Details"),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_see(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_filtered_queryset(self) -> QuerySet[Any]:
        """As Wagtail's, of all entries: the permission is for the log, not for what it is about."""
        self.log_models = list(registry.get_log_entry_models())
        parts = [
            self.filter_queryset(
                model.objects.values("pk", "timestamp").annotate(
                    log_model_index=Value(index, output_field=IntegerField())
                )
            ).order_by()
            for index, model in enumerate(self.log_models)
        ]
        return parts[0].union(*parts[1:], all=True).order_by("-timestamp")

    def decorate_paginated_queryset(self, queryset: Any) -> list[Any]:
        entries: list[Any] = super().decorate_paginated_queryset(queryset)
        for entry in entries:
            audit = entry.data.get(KEY, {})
            # The account may be gone; its name is kept with the entry.
            entry.user_name = audit.get("user") or entry.user_display_name
            channel = audit.get("channel")
            if entry.user_id is None and channel in _OF_REQUESTS:
                # Somebody it was, and not the system.
                entry.user_name = "–"
            entry.channel = Channel(channel).label if channel in Channel.values else ""
            entry.client = audit.get("client") or ""
            entry.request_id = audit.get("request_id") or ""
            entry.changes = changes_in_words(entry)
            entry.details = details_in_words(entry)
            entry.changed = "; ".join(
                f"{name}: {before} → {after}" for name, before, after in entry.changes
            )
            entry.told = "; ".join(f"{name}: {value}" for name, value in entry.details)
        return entries

    def as_spreadsheet(self, queryset: Any, spreadsheet_format: str) -> HttpResponse:
        with transaction.atomic():
            user = self.request.user
            data = {"format": spreadsheet_format, "count": len(queryset)}
            log(user, "audit.export", user=user, data=data)
            response: HttpResponse = super().as_spreadsheet(queryset, spreadsheet_format)
        return response

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        cell = super().preprocess_field_value(field, value, export_format)
        return csv_cell(str(cell)) if export_format == self.FORMAT_CSV else cell
