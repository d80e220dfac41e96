"""Events, testimonials and their revisions as editors' programs read them."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.fields import InstantField, ReadSerializer
from content.admin_api.publication import Publication, State
from content.serializers import (
    EventListItemSerializer,
    EventSerializer,
    TestimonialSerializer,
)
from content.serializers.pages import PageListMetaSerializer, PageMetaSerializer, TypeNameField
from content.serializers.testimonials import TestimonialMetaSerializer


class SiteInstantField(InstantField):
    """An instant that belongs to no event, with the offset of the site's zone."""

    def to_representation(self, value: datetime) -> str:
        return super().to_representation(timezone.localtime(value, timezone.get_default_timezone()))


class ExactInstantField(SiteInstantField):
    """Down to the microsecond, as PostgreSQL has it: what is saved twice in a second differs."""

    def to_representation(self, value: datetime) -> str:
        return timezone.localtime(value, timezone.get_default_timezone()).isoformat()


class UserSerializer(serializers.Serializer[Any]):
    """An account, by the name that the admin shows."""

    id = serializers.IntegerField()
    name = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {"id": instance.pk, "name": instance.get_full_name() or instance.get_username()}


class WorkflowSerializer(serializers.Serializer[Any]):
    """A review that has begun, and is going on or has sent the draft back."""

    name = serializers.CharField(source="workflow.name")
    status = serializers.ChoiceField(choices=["in_progress", "needs_changes"])
    task = serializers.CharField(source="current_task_state.task.name", allow_null=True)
    requested_by = UserSerializer(allow_null=True)


class PublicationSerializer(ReadSerializer):
    """What `meta` also says to editors. ``context["publication"]`` has been loaded before."""

    state = serializers.SerializerMethodField()
    revision_id = serializers.IntegerField(
        source="latest_revision_id",
        allow_null=True,
        help_text="The newest revision; null for what repeats another page.",
    )
    revision_created_at = ExactInstantField(
        source="latest_revision.created_at",
        allow_null=True,
        help_text="When the newest revision was saved: a form of the admin that saves itself keeps "
        "writing into its own one.",
    )
    locked = serializers.SerializerMethodField(
        help_text="Somebody's lock, a schedule or a review keeps you from changing it."
    )
    workflow = serializers.SerializerMethodField()
    go_live_at = SiteInstantField(allow_null=True)
    expire_at = SiteInstantField(allow_null=True)

    @property
    def publication(self) -> Publication:
        publication: Publication = self.context["publication"]
        return publication

    @extend_schema_field(serializers.ChoiceField(choices=State.values))
    def get_state(self, version: Any) -> str:
        return str(self.publication.state(version))

    def get_locked(self, version: Any) -> bool:
        return self.publication.is_locked(version)

    @extend_schema_field(WorkflowSerializer(allow_null=True))
    def get_workflow(self, version: Any) -> Any:
        review = self.publication.review(version)
        return review and WorkflowSerializer(review).data


class EventDraftListMeta(PublicationSerializer, PageListMetaSerializer):
    type = TypeNameField("content.EventPage")


class EventDraftMeta(PublicationSerializer, PageMetaSerializer):
    type = TypeNameField("content.EventPage")


class TestimonialDraftMeta(PublicationSerializer, TestimonialMetaSerializer):
    pass


class EventDraftListItemSerializer(EventListItemSerializer):
    """An event as its newest revision says, complete but for description and programme."""

    meta = EventDraftListMeta(source="*")


class EventDraftSerializer(EventSerializer):
    """An event as its newest revision says."""

    meta = EventDraftMeta(source="*")


class TestimonialDraftSerializer(TestimonialSerializer):
    """A testimonial as its newest revision says."""

    meta = TestimonialDraftMeta(source="*")


class RevisionSerializer(serializers.Serializer[Any]):
    """A version that was saved. ``context["row"]`` is what it is a version of."""

    id = serializers.IntegerField()
    created_at = SiteInstantField()
    user = UserSerializer(allow_null=True, help_text="Who saved it; null for the site itself.")
    is_live = serializers.SerializerMethodField()
    is_latest = serializers.SerializerMethodField()
    go_live_at = SiteInstantField(
        source="approved_go_live_at",
        allow_null=True,
        help_text="When this version will be published, if that is settled.",
    )

    def get_is_live(self, revision: Any) -> bool:
        return bool(revision.pk == self.context["row"].live_revision_id)

    def get_is_latest(self, revision: Any) -> bool:
        return bool(revision.pk == self.context["row"].latest_revision_id)
