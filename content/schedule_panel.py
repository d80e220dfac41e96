"""When something goes public and vanishes, and by which clock."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.panels import PublishingPanel


class SchedulePanel(PublishingPanel):
    """Wagtail's dialog, with the zone that its times are typed in: that of the account, or the
    site's. An event's own zone has no part in it, so that one schedule has one clock.
    """

    class BoundPanel(PublishingPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.help_text = _(
                "These times are in the time zone %(zone)s. Another one can be chosen in your "
                "account settings."
            ) % {"zone": timezone.get_current_timezone_name()}
