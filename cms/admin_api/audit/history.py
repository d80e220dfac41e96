"""The history of people's data in the admin: who has seen them among others, too."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.admin.views.generic.history import HistoryView
from wagtail.models import ModelLogEntry

from cms.admin_api.audit.listing import of_object


class ReadersHistoryView(HistoryView):
    """Wagtail's, with the lists of the API that showed the object."""

    def get_base_queryset(self) -> QuerySet[Any]:
        content_type = ContentType.objects.get_for_model(self.object, for_concrete_model=False)
        entries = ModelLogEntry.objects.filter(of_object(content_type, str(self.object.pk)))
        return self._annotate_queryset(entries.latest_by_uuid_and_action())
