"""Projects and contributions as JSON."""

from typing import Any

from rest_framework import serializers

from cms.api.fields import (
    ImageSerializer,
    InstantField,
    NullableText,
    NullableUrl,
    ReadSerializer,
)
from cms.api.openapi import ListMetaSerializer
from integrations.github.models import Contribution


class FeedMetaSerializer(ListMetaSerializer):
    """A list with how new it is."""

    fetched_at = InstantField(
        allow_null=True,
        help_text="When everything was last got from GitHub; null: never yet, or nobody is asked "
        "about.",
    )
    next_refresh_at = InstantField(
        allow_null=True,
        help_text="When that is tried again; null: at once, or nobody is asked about.",
    )
    stale = serializers.BooleanField(help_text="A refresh is more than 15 minutes late.")


class ProjectSerializer(ReadSerializer):
    id = serializers.IntegerField()
    owner = serializers.CharField()
    name = serializers.CharField()
    full_name = serializers.CharField()
    description = NullableText(help_text="As on GitHub. Plain text.")
    summary = serializers.SerializerMethodField(help_text="The editors' text, or the description.")
    html_url = serializers.URLField()
    homepage = NullableUrl()
    language = NullableText(help_text="Most of the code.")
    topics = serializers.ListField(child=serializers.CharField())
    stars = serializers.IntegerField(min_value=0)
    forks = serializers.IntegerField(min_value=0)
    open_issues = serializers.IntegerField(min_value=0)
    license = NullableText(help_text="SPDX identifier.")
    archived = serializers.BooleanField(source="is_archived")
    fork = serializers.BooleanField(source="is_fork")
    created_at = InstantField()
    pushed_at = InstantField(allow_null=True)
    featured = serializers.BooleanField(source="is_featured")
    cover = ImageSerializer(source="cover_id", preset="cover", allow_null=True)

    def get_summary(self, project: Any) -> str | None:
        return project.summary or project.description or None

    def collect(self, instance: Any, references: Any) -> None:
        references.want_image(instance.cover_id)


class AuthorSerializer(ReadSerializer):
    login = serializers.CharField(source="author")
    avatar_url = NullableUrl(source="author_avatar_url")
    html_url = serializers.URLField(source="author_html_url")


class ContributionSerializer(ReadSerializer):
    id = serializers.IntegerField()
    type = serializers.ChoiceField(choices=Contribution.Type.values)
    repository = serializers.CharField(help_text="owner/name")
    number = serializers.IntegerField(min_value=1)
    title = serializers.CharField(help_text="Plain text: escape it before it goes into HTML.")
    html_url = serializers.URLField()
    state = serializers.ChoiceField(choices=Contribution.State.values)
    author = AuthorSerializer(source="*")
    labels = serializers.ListField(child=serializers.CharField())
    comments = serializers.IntegerField(min_value=0)
    created_at = InstantField()
    closed_at = InstantField(allow_null=True)
    merged_at = InstantField(allow_null=True)
