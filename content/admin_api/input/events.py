"""Events as they are sent."""

from content.admin_api.input.blocks import BodyInput
from content.admin_api.input.fields import (
    Choice,
    Flag,
    ImageChoice,
    Integer,
    Moment,
    Names,
    Number,
    Tags,
    Text,
)
from content.admin_api.input.meta import PageMetaInput
from content.admin_api.input.objects import InputSerializer, Rows
from content.choices import AttendanceMode, Currency, EventStatus, EventType


class VenueInput(InputSerializer):
    """Replaced as a whole: what is left out of it is taken away."""

    name = Text(source="venue_name")
    address = Text(source="venue_address")
    city = Text(source="venue_city")
    country = Text(source="venue_country")
    latitude = Number(source="venue_latitude")
    longitude = Number(source="venue_longitude")


class PriceInput(InputSerializer):
    """Replaced as a whole: what is left out of it is taken away."""

    amount = Number(source="price_amount")
    currency = Choice(Currency.values, source="price_currency", allow_null=True)


class OrganizerInput(InputSerializer):
    """Replaced as a whole: what is left out of it is taken away."""

    name = Text(source="organizer_name")
    url = Text(source="organizer_url")


class SpeakerInput(InputSerializer):
    """A person on stage. One that is sent as it was read stays the same."""

    name = Text()
    role = Text()
    organisation = Text()
    bio = Text()
    url = Text()
    photo = ImageChoice("photo")


class SessionInput(InputSerializer):
    """An item of the programme. Times without an offset are local times of the event."""

    title = Text()
    speakers = Names(source="speaker_names")
    starts_at = Moment()
    ends_at = Moment()
    abstract = Text()
    slides_url = Text()
    recording_url = Text()


class EventInput(InputSerializer):
    """What can be written of an event. What is left out stays as it is, or gets its default."""

    is_replaced_whole = False

    meta = PageMetaInput(source="*")
    title = Text(required=True)
    summary = Text()
    starts_at = Moment(required=True)
    ends_at = Moment()
    all_day = Flag()
    timezone = Text(help_text="IANA time zone, as America/Costa_Rica.")
    event_type = Choice(EventType.values)
    attendance_mode = Choice(AttendanceMode.values)
    event_status = Choice(EventStatus.values)
    venue = VenueInput(source="*", allow_null=True)
    online_url = Text()
    registration_url = Text()
    capacity = Integer()
    is_free = Flag()
    price = PriceInput(source="*", allow_null=True)
    organizer = OrganizerInput(source="*", allow_null=True)
    featured = Flag()
    tags = Tags()
    cover = ImageChoice("cover")
    speakers = Rows(SpeakerInput())
    sessions = Rows(SessionInput())
    body = BodyInput()
