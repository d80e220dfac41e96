"""An outbox of the tests' own: parcels that are handed to a door on this machine."""

from datetime import timedelta

from django.db import models

from cms.ops.outbox import OutboxRow


class Parcel(OutboxRow):
    """`door` is a URL that is asked for; the worker waits `seconds` before it knocks."""

    task_name = "tests.cms.ops.parcels.tasks.deliver"
    lease_duration = timedelta(seconds=60)

    door = models.TextField()
    seconds = models.FloatField(default=0.0)

    class Meta(OutboxRow.Meta):
        app_label = "parcels"

    def __str__(self) -> str:
        return f"parcel {self.pk}"
