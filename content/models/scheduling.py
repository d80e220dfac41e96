"""What the scheduler has begun and not finished."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ScheduledAttempt(models.Model):
    """An attempt to publish or withdraw something at its time; deleted when it has succeeded.

    Stored before the attempt begins, so that an item that ends its process waits as well, and does
    not keep those behind it from their turn.
    """

    class Action(models.TextChoices):
        PUBLISH = "publish", _("publish")
        WITHDRAW = "withdraw", _("withdraw")

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=255)
    action = models.CharField(max_length=16, choices=Action)
    due_at = models.DateTimeField()
    """The time that was set: with another one, everything begins anew."""
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(db_default=Now())
    next_attempt_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "action"],
                name="content_scheduled_attempt_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.content_type_id}:{self.object_id}"
