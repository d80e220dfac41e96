"""Pages as JSON: their `meta`, and the types that have no route of their own."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from wagtail.models import Page

from cms.api.fields import ImageSerializer, InstantField, NullableText, ReadSerializer
from content.aliases import is_translated
from content.block_api import collect_stream
from content.references import PageReference, References, absolute_url
from content.serializers.fields import BodyField


def detail_url(model: type[Any], object_id: int) -> str:
    """Where one object is read: the route named by the model's ``api_route``."""
    return absolute_url(f"/api/v2/{getattr(model, 'api_route', 'pages')}/{object_id}/")


class TranslationSerializer(ReadSerializer):
    locale = serializers.CharField(source="language")
    id = serializers.IntegerField()
    path = serializers.CharField()
    detail_url = serializers.SerializerMethodField()
    is_translated = serializers.BooleanField()

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


class TypeNameField(serializers.Field[Any, Any, str, Any]):
    """The one type name that a serializer is for."""

    def __init__(self, type_name: str, **kwargs: Any) -> None:
        self.type_name = type_name
        super().__init__(source="*", **kwargs)

    def to_representation(self, value: Any) -> str:
        return self.type_name


class PageListMetaSerializer(ReadSerializer):
    """What every page says about itself."""

    type = TypeNameField("wagtailcore.Page")
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

    def get_detail_url(self, page: Page) -> str:
        return detail_url(type(page), page.pk)

    def get_html_url(self, page: Page) -> str:
        return self.references.site.html_url(page.url_path) or ""

    def get_path(self, page: Page) -> str:
        return self.references.site.path_of(page.url_path) or ""

    @extend_schema_field(TranslationSerializer(many=True))
    def get_translations(self, page: Page) -> Any:
        pages = self.references.translations(page)
        serializer = TranslationSerializer(many=True, context=self.context)
        return serializer.to_representation(list(pages))

    def get_is_translated(self, page: Page) -> bool:
        return is_translated(page)

    def collect(self, instance: Page, references: References) -> None:
        references.want_translations(instance)


class PageMetaSerializer(PageListMetaSerializer):
    """`meta` of one page by itself."""

    parent = serializers.SerializerMethodField()  # type: ignore[assignment]  # also a property
    seo_title = NullableText()
    search_description = NullableText()
    social_image = ImageSerializer(
        source="social_image_or_cover_id",
        preset="social",
        allow_null=True,
        help_text="For link previews: 1200 × 630 pixels, cut around the focal point.",
    )

    @extend_schema_field(ParentSerializer(allow_null=True))
    def get_parent(self, page: Page) -> Any:
        parent = self.references.parent(page)
        return parent and ParentSerializer(context=self.context).to_representation(parent)

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        references.want_parent(instance)
        references.want_image(instance.social_image_or_cover_id)


def page_meta(type_name: str, *, detail: bool) -> PageListMetaSerializer:
    """`meta` of pages of one type, with a schema that says so."""
    base = PageMetaSerializer if detail else PageListMetaSerializer
    name = type_name.split(".")[1] + base.__name__.removeprefix("Page")
    serializer_class = type(name, (base,), {"type": TypeNameField(type_name)})
    serializer: PageListMetaSerializer = serializer_class(source="*")
    return serializer


class PageListItemSerializer(ReadSerializer):
    """What all pages have; each type adds its `meta` and its own fields."""

    id = serializers.IntegerField()
    title = serializers.CharField()

    def collect(self, instance: Any, references: References) -> None:
        # `fields=_,title` asks for nothing of it.
        meta: Any = self.fields.get("meta")
        if meta is not None:
            meta.collect(instance, references)


class EventIndexPageListItemSerializer(PageListItemSerializer):
    meta = page_meta("content.EventIndexPage", detail=False)
    summary = NullableText()


class EventIndexPageSerializer(EventIndexPageListItemSerializer):
    meta = page_meta("content.EventIndexPage", detail=True)


class StandardPageListItemSerializer(PageListItemSerializer):
    meta = page_meta("content.StandardPage", detail=False)
    summary = NullableText()
    cover = ImageSerializer(source="cover_id", preset="cover", allow_null=True)

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        references.want_image(instance.cover_id)


class StandardPageSerializer(StandardPageListItemSerializer):
    meta = page_meta("content.StandardPage", detail=True)
    body = BodyField()

    def collect(self, instance: Any, references: References) -> None:
        super().collect(instance, references)
        if "body" in self.fields:
            collect_stream(instance.body, references)
