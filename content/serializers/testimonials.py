"""Testimonials as JSON."""

from typing import Any

from rest_framework import serializers

from cms.api.fields import ImageSerializer, InstantField, NullableText, NullableUrl, ReadSerializer
from content.references import References, absolute_url


class TestimonialMetaSerializer(ReadSerializer):
    type = serializers.SerializerMethodField()
    detail_url = serializers.SerializerMethodField()
    locale = serializers.CharField(source="locale.language_code")
    first_published_at = InstantField(allow_null=True)
    last_published_at = InstantField(allow_null=True)

    def get_type(self, testimonial: Any) -> str:
        return str(testimonial._meta.label)

    def get_detail_url(self, testimonial: Any) -> str:
        return absolute_url(f"/api/v2/testimonials/{testimonial.pk}/")


class TestimonialSerializer(ReadSerializer):
    id = serializers.IntegerField()
    meta = TestimonialMetaSerializer(source="*")
    author_name = serializers.CharField()
    author_role = NullableText()
    author_organisation = NullableText()
    author_photo = ImageSerializer(source="author_photo_id", preset="photo", allow_null=True)
    quote = serializers.CharField(help_text="Plain text: escape it before it goes into HTML.")
    rating = serializers.IntegerField(allow_null=True, min_value=1, max_value=5)
    featured = serializers.BooleanField()
    source_url = NullableUrl()

    def collect(self, instance: Any, references: References) -> None:
        references.want_image(instance.author_photo_id)
