"""Where imported events came from, so that importing again changes and never doubles them."""

from django.db import models


class ImportedEvent(models.Model):
    """The identity of an event in the file it was imported from.

    It outlives the event, so that what an editor deleted does not come back with the next import.
    """

    uid = models.CharField(max_length=255, unique=True)
    event = models.OneToOneField(
        "content.EventPage", on_delete=models.SET_NULL, null=True, related_name="imported_from"
    )
    checksum = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.uid
