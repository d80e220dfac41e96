"""Times that are typed and shown in a given IANA zone."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
UNLIKELY_YEAR = _("Check the year: it has to be between 1970 and 2200.")


@cache
def zone_names() -> frozenset[str]:
    """Names of the IANA time zone database that stand for a place or for UTC."""
    return frozenset(
        name for name in available_timezones() if "/" in name and not name.startswith("Etc/")
    ) | {"UTC"}


def validate_zone(name: str) -> None:
    if name not in zone_names():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write it like America/Costa_Rica."),
            params={"name": name},
            code="invalid",
        )


def is_likely(moment: datetime, zone_name: str) -> bool:
    """Whether the zone exists and the year of ``moment`` there is one that somebody can mean.

    Within these years every day has a next one, which calendars and all-day events need.
    """
    if zone_name not in zone_names():
        return False
    try:
        local = moment.astimezone(ZoneInfo(zone_name))
    except OverflowError:
        return False
    return EARLIEST_YEAR <= local.year <= LATEST_YEAR


def _validate_year(moment: datetime) -> None:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValidationError(UNLIKELY_YEAR, code="unlikely_year")


def start_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    return datetime.combine(local.date(), time.min, tzinfo=zone)


def end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The last second of the local day, so that the date shown is that day's."""
    next_day = moment.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime.combine(next_day, time.min, tzinfo=zone)
    return (midnight.astimezone(ZoneInfo("UTC")) - timedelta(seconds=1)).astimezone(zone)


def _first_occurrence(typed: datetime, zone: tzinfo) -> datetime:
    moment = typed.replace(tzinfo=zone, fold=0)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != typed:
        raise ValidationError(
            _("The clocks go forward then: %(time)s does not exist on that day in %(zone)s."),
            params={"time": date_format(typed, "TIME_FORMAT"), "zone": str(zone)},
            code="nonexistent_time",
        )
    return moment


def _shows(typed: datetime, stored: datetime, zone: tzinfo) -> bool:
    """Whether ``typed`` is the local time of ``stored``, with or without its seconds."""
    local = stored.astimezone(zone).replace(tzinfo=None)
    return typed.replace(tzinfo=None) in (local, local.replace(second=0, microsecond=0))


class ZonedDateTimeField(forms.DateTimeField):
    """A date and time typed in ``zone`` instead of the reader's current time zone.

    ``stored`` is the instant that the form shows. The local time shown leaves open its seconds and,
    where the clocks go back, which of two it is: typed again, it means the same instant.
    """

    zone: ZoneInfo | None = None
    stored: datetime | None = None
    default_validators = [_validate_year]

    def to_python(self, value: Any) -> Any:
        """An aware time; one that the clocks show twice is the first (RFC 5545, section 3.3.5)."""
        zone = self.zone or timezone.get_current_timezone()
        moment = self._typed(value, zone)
        is_local = moment is not None and moment.tzinfo is zone
        if self.stored and is_local and _shows(moment, self.stored, zone):
            return self.stored
        return moment

    def _typed(self, value: Any, zone: tzinfo) -> Any:
        try:
            with timezone.override(zone):
                return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone" or error.params is None:
                raise
            typed: datetime = error.params["datetime"]
            return _first_occurrence(typed, zone)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value) and self.zone:
            return timezone.make_naive(value, self.zone)
        return super().prepare_value(value)
