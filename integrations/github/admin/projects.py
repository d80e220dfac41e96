"""What editors make of projects: feature, hide, put in order, describe, illustrate."""

import sys
from typing import Any, ClassVar

from django.contrib.admin.utils import quote, unquote
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, StatusFlagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from integrations.github import services
from integrations.github.models import Project

NAMESPACE = "github_projects"
ON_WIDE_SCREENS = "on-wide-screens"
ORDER = "sort_order"


def edit_url(project: Project) -> str:
    return reverse(f"{NAMESPACE}:edit", args=[quote(project.pk)])


class ProjectIndexView(generic.IndexView):
    """In pages also while it is put in order: hundreds of rows take a second for each key."""

    default_ordering = ORDER
    first_position = 0
    """Of the page that is shown, among all."""

    def get_base_queryset(self) -> QuerySet[Project]:
        """What GitHub has now; rows that vanished there wait unseen."""
        queryset: QuerySet[Project] = super().get_base_queryset()
        return queryset.filter(retired_at=None)

    @cached_property
    def show_ordering_column(self) -> bool:
        """Not among those that were found: a place there is none among all."""
        return self.ordering == ORDER and not (self.is_searching or self.is_filtering)

    def get_paginate_by(self, _queryset: QuerySet[Project]) -> int | None:
        return self.paginate_by

    def paginate_queryset(self, queryset: QuerySet[Project], page_size: int) -> Any:
        paginated = super().paginate_queryset(queryset, page_size)
        self.first_position = max(paginated[1].start_index() - 1, 0)
        return paginated

    def get_reorder_url(self) -> str | None:
        url = super().get_reorder_url()
        return f"{url}{self.first_position}/" if url else None

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.ordering == ORDER:
            return queryset.in_editors_order()  # type: ignore[attr-defined]
        return super().order_queryset(queryset)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "name",
                label=_("Project"),
                accessor="full_name",
                get_url=edit_url,
                sort_key="name",
                classname="title",
            ),
            Column(
                "language",
                label=_("Programming language"),
                sort_key="language",
                classname=ON_WIDE_SCREENS,
            ),
            Column("stars", label=_("Stars"), sort_key="stars"),
            StatusFlagColumn(
                "is_featured", _("Featured"), label=_("Featured"), sort_key="is_featured"
            ),
            StatusFlagColumn("is_hidden", _("Hidden"), label=_("Hidden"), sort_key="is_hidden"),
            StatusFlagColumn(
                "is_archived", _("Archived"), label=_("Archived"), classname=ON_WIDE_SCREENS
            ),
            DateColumn(
                "pushed_at", label=_("Last change"), sort_key="pushed_at", classname=ON_WIDE_SCREENS
            ),
        ]


class ProjectEditView(generic.EditView):
    """Writes into the log which of the columns an editor has changed."""

    def save_instance(self) -> Project:
        with transaction.atomic():
            project: Project = self.form.save()
            columns = self.form.changed_data
            if "sort_order" in columns and project.sort_order is not None:
                position = max(project.sort_order, 1) - 1
                services.put_in_order(project=project, position=position)
            services.log_curation(project=project, columns=columns, user=self.request.user)
        return project


class ProjectReorderView(generic.ReorderView):
    """Moves one project to ``position``, which counts from 0 at the project ``first``; without one,
    to the end.
    """

    def post(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> JsonResponse:
        moved = get_object_or_404(Project, pk=unquote(str(kwargs["pk"])), retired_at=None)
        position = kwargs["first"] + _position(request.GET.get("position", ""))
        services.move_project(project=moved, position=position, user=self.request.user)
        return JsonResponse({"success": True})


def _position(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 9
    return int(text) if is_number else sys.maxsize


class ProjectViewSet(ModelViewSet):
    """Nobody adds or deletes projects: GitHub and the accounts say which there are."""

    model = Project
    icon = "code"
    menu_label = _("Projects")
    menu_order = 100
    sort_order_field = ORDER
    index_view_class = ProjectIndexView
    edit_view_class = ProjectEditView
    reorder_view_class = ProjectReorderView
    search_fields: ClassVar[list[str]] = ["owner", "name", "description"]
    search_backend_name = None
    list_filter: ClassVar[list[str]] = ["is_featured", "is_hidden", "is_archived", "language"]
    list_per_page = 50
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            HelpPanel(template="github/admin/project_facts.html", heading=_("On GitHub")),
            MultiFieldPanel(
                [FieldPanel("is_featured"), FieldPanel("is_hidden"), FieldPanel("sort_order")],
                heading=_("Where it is shown"),
            ),
            FieldPanel("summary"),
            FieldPanel("cover"),
        ]
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        none = {f"{name}_url_name": None for name in ("add", "delete", "copy", "usage")}
        return {**super().get_common_view_kwargs(**kwargs), **none}

    def get_urlpatterns(self) -> list[URLPattern]:
        wanted = ("index", "index_results", "edit", "history", "history_results")
        return [
            *(each for each in super().get_urlpatterns() if each.name in wanted),
            path("reorder/<int:pk>/", self.reorder_view, {"first": 0}, name="reorder"),
            path("reorder/<int:pk>/<int:first>/", self.reorder_view, name="reorder_on_page"),
        ]
