"""How editors see an event: its form, and the tabs of its page."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.widgets import AdminDateTimeInput

from content.character_count import SUMMARY_LIMIT, TITLE_LIMIT, character_count
from content.event_times import EventTimePanel
from content.zones import ZonedDateTimeField, validate_zone, zone_names

TIME_FIELDS = ("starts_at", "ends_at")


class ZoneInput(forms.TextInput):
    """A text field that suggests the names of all time zones."""

    template_name = "content/widgets/zone_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"list": "time-zones", "autocomplete": "off", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["zones"] = sorted(zone_names())
        return context


class EventForm(WagtailAdminPageForm):
    """Times are typed and shown in the event's own zone, whatever the editor's zone is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self._zone()
        self._use_zone(self, zone)
        sessions = self.formsets.get("sessions")
        for form in [*sessions.forms, sessions.empty_form] if sessions else []:
            self._use_zone(form, zone)

    def _zone(self) -> ZoneInfo:
        typed = self.data.get(self.add_prefix("timezone"), "") if self.is_bound else ""
        try:
            validate_zone(typed)
        except ValidationError:
            return ZoneInfo(self.instance.timezone)
        return ZoneInfo(typed)

    @staticmethod
    def _use_zone(form: forms.BaseForm, zone: ZoneInfo) -> None:
        for name in TIME_FIELDS:
            if name in form.fields:
                old = form.fields[name]
                field = ZonedDateTimeField(
                    required=old.required,
                    label=old.label,
                    help_text=old.help_text,
                    widget=AdminDateTimeInput(),
                )
                field.zone = zone
                field.stored = form.initial.get(name)
                form.fields[name] = field


_DETAILS = ObjectList(
    [
        TitleFieldPanel("title", attrs=character_count(TITLE_LIMIT)),
        FieldPanel("summary", attrs=character_count(SUMMARY_LIMIT)),
        MultiFieldPanel(
            [
                FieldRowPanel([EventTimePanel("starts_at"), EventTimePanel("ends_at")]),
                FieldRowPanel(
                    [
                        FieldPanel("all_day"),
                        # Without it no time means anything, not even one of a draft.
                        FieldPanel("timezone", widget=ZoneInput, required_on_save=True),
                    ]
                ),
            ],
            heading=_("When"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("event_type"), FieldPanel("event_status")]),
                FieldPanel("featured"),
                FieldPanel("tags"),
            ],
            heading=_("What"),
        ),
        FieldPanel("cover"),
        FieldPanel("body"),
    ],
    heading=_("Event"),
)

_PLACE = ObjectList(
    [
        FieldPanel("attendance_mode"),
        FieldPanel("online_url"),
        MultiFieldPanel(
            [
                FieldPanel("venue_name"),
                FieldPanel("venue_address"),
                FieldRowPanel([FieldPanel("venue_city"), FieldPanel("venue_country")]),
                FieldRowPanel([FieldPanel("venue_latitude"), FieldPanel("venue_longitude")]),
            ],
            heading=_("Venue"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("registration_url"), FieldPanel("capacity")]),
                FieldPanel("is_free"),
                FieldRowPanel([FieldPanel("price_amount"), FieldPanel("price_currency")]),
            ],
            heading=_("Taking part"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("organizer_name"), FieldPanel("organizer_url")])],
            heading=_("Organizer"),
            help_text=_("Leave empty when we organize it ourselves."),
        ),
    ],
    heading=_("Place and tickets"),
)

_PROGRAMME = ObjectList(
    [
        InlinePanel("speakers", heading=_("Speakers"), label=_("Speaker")),
        HelpPanel(content=_("Times are local times of the event's time zone.")),
        InlinePanel("sessions", heading=_("Programme"), label=_("Session")),
    ],
    heading=_("Speakers and programme"),
)


def event_edit_handler(*, promote_panels: list[Any], settings_panels: list[Any]) -> TabbedInterface:
    """The tabs of an event, the last two with what every page of the site has there."""
    return TabbedInterface(
        [
            _DETAILS,
            _PLACE,
            _PROGRAMME,
            ObjectList(promote_panels, heading=_("Search and sharing")),
            ObjectList(settings_panels, heading=_("Publishing")),
        ]
    )
