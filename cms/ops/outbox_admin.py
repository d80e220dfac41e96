"""The admin of rows that the worker works off: a list and a page for each, only to look at."""

from typing import Any, ClassVar

from django.urls import URLPattern

from cms.inspected_viewset import InspectedViewSet


class OutboxRowViewSet(InspectedViewSet):
    """Rows are made by what happens, so nobody adds or edits them. Templates of the page extend
    ``cms/admin/outbox_row.html``, which shows the attempts.
    """

    add_to_reference_index = False
    inspect_view_enabled = True
    inspect_view_fields: ClassVar[list[str]] = ["state"]
    list_per_page = 50
    form_fields: ClassVar[list[str]] = []

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        unused = ("add", "edit", "delete", "copy", "history", "usage")
        none = {f"{name}_url_name": None for name in unused}
        return {**super().get_common_view_kwargs(**kwargs), **none}

    def get_urlpatterns(self) -> list[URLPattern]:
        wanted = ("index", "index_results", "inspect")
        return [each for each in super().get_urlpatterns() if each.name in wanted]
