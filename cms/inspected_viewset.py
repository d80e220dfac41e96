"""Viewsets of what is looked at and not edited: their objects lead to the page that shows them."""

from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.viewsets.model import ModelViewSet


class InspectedViewSet(ModelViewSet):
    """Wagtail's, whose links to an object, as in reports, are to a form that there is not here."""

    @property
    def url_finder_class(self) -> type[ModelAdminURLFinder]:
        return type(
            "InspectedURLFinder",
            (ModelAdminURLFinder,),
            {"edit_url_name": self.get_url_name("inspect")},
        )
