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
from cms.personal_data_log import log_people
from cms.spreadsheet_cells import csv_cell

_ANY_RIGHT = ["view", "change", "delete"]


def user_of(request: HttpRequest) -> User:
    """Who is signed in; the admin lets nobody else in here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class LoggedIndexView(generic.IndexView):
    """A list that shows whose row it is: the log has who was listed to whom."""

    log_action: ClassVar[str]
    """Of the one entry that names all of a page, as ``contact.list``."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        ids, has_searched = [row.pk for row in context["object_list"]], bool(self.is_searching)
        # To hear whether a search finds anybody is to learn something of that person.
        if (ids or has_searched) and not self.is_export:
            log_people(
                action=self.log_action,
                model=self.model,
                ids=ids,
                user=user_of(self.request),
                searched=has_searched,
            )
        return context


class PeopleIndexView(LoggedIndexView):
    """A list of people. Its queryset has ``search``."""

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
