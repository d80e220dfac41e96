"""Events as JSON, for lists and by themselves, and as schema.org's Event."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.fields import ImageSerializer, InstantField, NullableText, NullableUrl, ReadSerializer
from content.block_api import collect_stream
from content.choices import AttendanceMode, Currency, EventStatus, EventType
from content.json_ld import event_json_ld
from content.references import References, absolute_url
from content.serializers.fields import BodyField
from content.serializers.pages import PageListItemSerializer, page_meta


class VenueSerializer(ReadSerializer):
    name = NullableText(source="venue_name")
    address = NullableText(source="venue_address")
    city = NullableText(source="venue_city")
    country = NullableText(source="venue_country")
    latitude = serializers.FloatField(source="venue_latitude", allow_null=True)
    longitude = serializers.FloatField(source="venue_longitude", allow_null=True)

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(instance) if instance.has_venue else None


class PriceSerializer(ReadSerializer):
    amount = serializers.DecimalField(source="price_amount", max_digits=10, decimal_places=2)
    currency = serializers.ChoiceField(source="price_currency", choices=Currency.values)

    def to_representation(self, instance: Any) -> Any:
        return None if instance.price_amount is None else super().to_representation(instance)


class OrganizerSerializer(ReadSerializer):
    name = NullableText(source="organizer_name")
    url = NullableUrl(source="organizer_url")

    def to_representation(self, instance: Any) -> Any:
        named = instance.organizer_name or instance.organizer_url
        return super().to_representation(instance) if named else None


class SpeakerSerializer(ReadSerializer):
    name = serializers.CharField()
    role = NullableText()
    organisation = NullableText()
    bio = NullableText()
    url = NullableUrl()
    photo = ImageSerializer(source="photo_id", preset="photo", allow_null=True)


class SessionSerializer(ReadSerializer):
    title = serializers.CharField()
    speakers = serializers.ListField(child=serializers.CharField())
    starts_at = serializers.SerializerMethodField()
    ends_at = serializers.SerializerMethodField()
    abstract = NullableText()
    slides_url = NullableUrl()
    recording_url = NullableUrl()

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_starts_at(self, session: Any) -> str | None:
        return _local(session.starts_at, session.page)

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_ends_at(self, session: Any) -> str | None:
        return _local(session.ends_at, session.page)


def _local(moment: Any, event: Any) -> str | None:
    return None if moment is None else moment.astimezone(event.zone).isoformat(timespec="seconds")


class EventListItemSerializer(PageListItemSerializer):
    """An event, complete but for its description and programme."""

    meta = page_meta("content.EventPage", detail=False)
    summary = NullableText()
    starts_at = InstantField(source="local_starts_at")
    ends_at = InstantField(source="local_ends_at", allow_null=True)
    all_day = serializers.BooleanField()
    timezone = serializers.CharField(help_text="IANA time zone, as America/Costa_Rica.")
    event_type = serializers.ChoiceField(choices=EventType.values)
    attendance_mode = serializers.ChoiceField(choices=AttendanceMode.values)
    event_status = serializers.ChoiceField(choices=EventStatus.values)
    venue = VenueSerializer(source="*", allow_null=True)
    online_url = NullableUrl()
    registration_url = NullableUrl()
    capacity = serializers.IntegerField(allow_null=True, min_value=1)
    is_free = serializers.BooleanField()
    price = PriceSerializer(source="*", allow_null=True)
    organizer = OrganizerSerializer(source="*", allow_null=True)
    featured = serializers.BooleanField()
    tags = serializers.SerializerMethodField()
    cover = ImageSerializer(source="cover_id", preset="cover", allow_null=True)
    speakers = SpeakerSerializer(many=True)
    calendar_url = serializers.SerializerMethodField()

    def get_tags(self, event: Any) -> list[str]:
        return sorted(item.tag.name for item in event.tagged_items.all())

    def get_calendar_url(self, event: Any) -> str:
        return absolute_url(f"/api/v2/events/{event.pk}/calendar.ics")

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        references.want_image(instance.cover_id)
        for speaker in instance.speakers.all():
            references.want_image(speaker.photo_id)


class EventSerializer(EventListItemSerializer):
    """An event by itself."""

    meta = page_meta("content.EventPage", detail=True)
    body = BodyField()
    sessions = SessionSerializer(many=True)
    json_ld = serializers.SerializerMethodField()

    @extend_schema_field(
        {"type": "object", "additionalProperties": True, "description": "https://schema.org/Event"}
    )
    def get_json_ld(self, event: Any) -> dict[str, Any]:
        return event_json_ld(event, self.references)

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        if "body" in self.fields:
            collect_stream(instance.body, references)
