"""How editors see and compare times that belong to an event's own zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Model
from django.utils.formats import date_format
from wagtail.admin.compare import FieldComparison
from wagtail.admin.panels import FieldPanel


def zone_of(instance: Any) -> ZoneInfo:
    """The zone of an event, or of the event that a session belongs to."""
    event = getattr(instance, "page", None) or instance
    return ZoneInfo(event.timezone)


class LocalTimeComparison(FieldComparison):
    """Compares two versions of a time in the words of the event's place."""

    def __init__(self, field: DateTimeField, obj_a: Model, obj_b: Model) -> None:  # type: ignore[type-arg]
        super().__init__(field, obj_a, obj_b)
        self.val_a = _local_text(field, obj_a)
        self.val_b = _local_text(field, obj_b)


def _local_text(field: DateTimeField, instance: Model) -> str:  # type: ignore[type-arg]
    moment: datetime | None = field.value_from_object(instance)
    if moment is None:
        return ""
    zone = zone_of(instance)
    return f"{date_format(moment.astimezone(zone), 'DATETIME_FORMAT')} ({zone.key})"


class EventTimePanel(FieldPanel):
    """A time of an event or of one of its sessions."""

    def get_comparison_class(self) -> type[FieldComparison]:
        return LocalTimeComparison
