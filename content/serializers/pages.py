"""Pages as JSON: their `meta`, and the types that have no route of their own."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from wagtail.models import Page

from content.block_api import collect_stream
from content.blocks import BodyBlock
from content.references import PageReference, References, absolute_url
from content.serializers.fields import (
    BodyField,
    ImageSerializer,
    InstantField,
    NullableText,
    ReadSerializer,
)


def detail_url(model: type[Any], object_id: int) -> str:
    """Where one object is read: the route named by the model's ``api_route``."""
    return absolute_url(f"/api/v2/{getattr(model, 'api_route', 'pages')}/{object_id}/")


def type_name(model: type[Any]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


class TranslationSerializer(ReadSerializer):
    locale = serializers.CharField(source="language")
    id = serializers.IntegerField()
    path = serializers.CharField()
    detail_url = serializers.SerializerMethodField()

    def get_detail_url(self, page: PageReference) -> str:
        return detail_url(page.model_class, page.id)


class ParentSerializer(ReadSerializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    path = serializers.CharField()
    html_url = serializers.URLField()
    detail_url = serializers.SerializerMethodField()

    def get_detail_url(self, page: PageReference) -> str:
        return detail_url(page.model_class, page.id)


class PageListMetaSerializer(ReadSerializer):
    """What every page says about itself."""

    type = serializers.SerializerMethodField()
    detail_url = serializers.SerializerMethodField()
    html_url = serializers.SerializerMethodField()
    path = serializers.SerializerMethodField()
    slug = serializers.CharField()
    locale = serializers.CharField(source="locale.language_code")
    translations = serializers.SerializerMethodField()
    is_translated = serializers.SerializerMethodField(
        help_text="False where a page in another language stands in for a translation."
    )
    first_published_at = InstantField(allow_null=True)
    last_published_at = InstantField(allow_null=True)

    def get_type(self, page: Page) -> str:
        return type_name(type(page))

    def get_detail_url(self, page: Page) -> str:
        return detail_url(type(page), page.pk)

    def get_html_url(self, page: Page) -> str:
        return self.references.site.html_url(page.url_path) or ""

    def get_path(self, page: Page) -> str:
        return self.references.site.path_of(page.url_path) or ""

    def get_translations(self, page: Page) -> Iterable[TranslationSerializer]:
        pages = self.references.translations(page)
        serializer = TranslationSerializer(many=True, context=self.context)
        answer: Any = serializer.to_representation(list(pages))
        return answer  # type: ignore[no-any-return]

    def get_is_translated(self, page: Page) -> bool:
        return page.alias_of_id is None

    def collect(self, instance: Page, references: References) -> None:
        references.want_translations(instance)


class PageMetaSerializer(PageListMetaSerializer):
    """`meta` of one page by itself."""

    parent = serializers.SerializerMethodField()
    seo_title = NullableText()
    search_description = NullableText()
    social_image = ImageSerializer(
        source="social_image_or_cover_id",
        preset="social",
        allow_null=True,
        help_text="For link previews: 1200 × 630 pixels, cut around the focal point.",
    )

    def get_parent(self, page: Page) -> ParentSerializer | None:
        parent = self.references.parent(page)
        answer: Any = parent and ParentSerializer(context=self.context).to_representation(parent)
        return answer  # type: ignore[no-any-return]

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        references.want_parent(instance)
        references.want_image(instance.social_image_or_cover_id)


class PageListItemSerializer(ReadSerializer):
    """Any page in a list."""

    id = serializers.IntegerField()
    meta = PageListMetaSerializer(source="*")
    title = serializers.CharField()

    def collect(self, instance: Any, references: References) -> None:
        meta: Any = self.fields["meta"]
        meta.collect(instance, references)


class PageSerializer(PageListItemSerializer):
    """Any page by itself."""

    meta = PageMetaSerializer(source="*")


class EventIndexPageListItemSerializer(PageListItemSerializer):
    summary = NullableText()


class EventIndexPageSerializer(EventIndexPageListItemSerializer):
    meta = PageMetaSerializer(source="*")


class StandardPageListItemSerializer(PageListItemSerializer):
    summary = NullableText()
    cover = ImageSerializer(source="cover_id", preset="cover", allow_null=True)

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        references.want_image(instance.cover_id)


class StandardPageSerializer(StandardPageListItemSerializer):
    meta = PageMetaSerializer(source="*")
    body = BodyField(stream="body", block=BodyBlock())

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        if "body" in self.fields:
            collect_stream(instance.body, references)
