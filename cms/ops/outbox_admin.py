"""The admin of rows that the worker works off: a list and a page for each, only to look at."""

from typing import ClassVar

from cms.inspected_viewset import InspectedViewSet


class OutboxRowViewSet(InspectedViewSet):
    """Rows are made by what happens, so nobody adds or edits them. Templates of the page extend
    ``cms/admin/outbox_row.html``, which shows the attempts.
    """

    inspect_view_fields: ClassVar[list[str]] = ["state"]
