"""How listings put an event's times into words."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from content.models import EventPage

# Wagtail's Spanish for these states is that of a link ("see live"), so the catalogue has its own.
PUBLICATION_STATES = (
    gettext_noop("live"),
    gettext_noop("live + draft"),
    gettext_noop("live + scheduled"),
    gettext_noop("live + in moderation"),
    gettext_noop("in moderation"),
)

ON_WIDE_SCREENS = "on-wide-screens"
"""Class of the columns that a phone leaves out (`static/content/admin.css`)."""


def _date(moment: datetime) -> str:
    return date_format(moment, "DATE_FORMAT")


def _moment(moment: datetime) -> str:
    return _("%(date)s, %(time)s") % {
        "date": _date(moment),
        "time": date_format(moment, "TIME_FORMAT"),
    }


def when_text(event: EventPage) -> str:
    """Dates, and times unless it is all day, in the event's own zone and the reader's language."""
    starts, ends = event.local_starts_at, event.local_ends_at
    if event.all_day:
        first, last = _date(starts), _date(ends) if ends else ""
    else:
        same_day = ends is not None and ends.date() == starts.date()
        first = _moment(starts)
        last = (date_format(ends, "TIME_FORMAT") if same_day else _moment(ends)) if ends else ""
    if not last or first == last:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
