"""Links from reports and histories to an object lead somewhere, whatever viewset its model has."""

import pytest
from django.contrib.admin.utils import quote
from django.urls import reverse
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, finder_classes


@pytest.mark.django_db
def test_every_registered_page_of_an_object_exists() -> None:
    # Viewsets are registered as their addresses are read.
    reverse("wagtailadmin_home")
    names = {
        model: finder.edit_url_name
        for model, finder in finder_classes.values_by_class.items()
        if issubclass(finder, ModelAdminURLFinder) and finder.edit_url_name
    }
    assert {name for name in names.values() if name.endswith(":inspect")} >= {
        *("contact_messages:inspect", "subscribers:inspect", "mails:inspect")
    }
    for model, name in names.items():
        assert reverse(name, args=[quote(model().pk or 1)])
