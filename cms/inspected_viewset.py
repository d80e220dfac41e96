"""Viewsets of what is looked at and not edited: their objects lead to the page that shows them."""

from typing import Any, ClassVar

from django.urls import URLPattern
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.viewsets.model import ModelViewSet

_OPTIONAL = ("add", "edit", "delete", "copy", "history", "usage")


class InspectedViewSet(ModelViewSet):
    """Wagtail's, without what would change an object or be a second page of it."""

    add_to_reference_index = False
    inspect_view_enabled = True
    list_per_page = 50
    form_fields: ClassVar[list[str]] = []

    offered: ClassVar[tuple[str, ...]] = ("index", "inspect")
    """Those of Wagtail's views that there are."""

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = {f"{name}_url_name": None for name in _OPTIONAL if name not in self.offered}
        return {**super().get_common_view_kwargs(**kwargs), **absent}

    def get_urlpatterns(self) -> list[URLPattern]:
        wanted = {*self.offered, *(f"{name}_results" for name in self.offered)}
        return [each for each in super().get_urlpatterns() if each.name in wanted]

    @property
    def url_finder_class(self) -> type[ModelAdminURLFinder]:
        """Links to an object, as in reports, lead to its page: there is no form."""
        return type(
            "InspectedURLFinder",
            (ModelAdminURLFinder,),
            {"edit_url_name": self.get_url_name("inspect")},
        )
