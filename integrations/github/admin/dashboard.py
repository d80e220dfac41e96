"""A notice on the first page, for whoever can do something about it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component

from integrations.github.admin.overview import NAMESPACE, may_see
from integrations.github.admin.projects import edit_url
from integrations.github.models import Project
from integrations.github.refresh import troubled_feeds


class GitHubPanel(Component):
    """Featured projects that their owners have archived, and feeds that do not come in."""

    name = "github"
    order = 60
    template_name = "github/admin/dashboard.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        if not may_see(parent_context["request"]):
            return {"feeds": [], "archived": []}
        archived = Project.objects.visible().filter(is_featured=True, is_archived=True)
        return {
            "feeds": troubled_feeds(),
            "archived": [(project, edit_url(project)) for project in archived.in_editors_order()],
            "overview_url": reverse(f"{NAMESPACE}:index"),
        }
