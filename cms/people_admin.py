"""What the inbox and the subscribers have in common in the admin: people are found, downloaded and
looked at by whoever has any right to them.
"""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from wagtail.admin.views import generic

from cms.admin_api.audit.history import ReadersHistoryView
from cms.inspected_viewset import InspectedViewSet
from cms.models import User
from cms.spreadsheet_cells import csv_cell

_ANY_RIGHT = ["view", "change", "delete"]


def user_of(request: HttpRequest) -> User:
    """Who is signed in; the admin lets nobody else in here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class PeopleIndexView(generic.IndexView):
    """A list. Its queryset has ``search``."""

    any_permission_required: ClassVar[list[str]] = _ANY_RIGHT

    def note_export(self, queryset: QuerySet[Any], spreadsheet_format: str) -> None:
        """Log who downloads what; refuse whoever may not."""
        raise NotImplementedError

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        found: QuerySet[Any] = queryset.search(self.search_query)  # type: ignore[attr-defined]
        return found

    def as_spreadsheet(self, queryset: QuerySet[Any], spreadsheet_format: str) -> HttpResponse:
        self.note_export(queryset, spreadsheet_format)
        response: HttpResponse = super().as_spreadsheet(queryset, spreadsheet_format)
        response["Cache-Control"] = "private, no-store"
        return response

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        cell = super().preprocess_field_value(field, value, export_format)
        return csv_cell(cell) if export_format == self.FORMAT_CSV else cell


class PersonView(generic.InspectView):
    """One of them."""

    any_permission_required: ClassVar[list[str]] = _ANY_RIGHT

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response


class PeopleViewSet(InspectedViewSet):
    offered = ("index", "inspect", "delete", "history")
    history_view_class = ReadersHistoryView
