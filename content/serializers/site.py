"""The site itself as JSON."""

from typing import Any

from rest_framework import serializers

from cms.api.fields import ImageSerializer, NullableText, ReadSerializer
from content.choices import SocialPlatform


class SiteLocaleSerializer(ReadSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField()


class NavigationLinkSerializer(ReadSerializer):
    title = serializers.CharField()
    url = serializers.CharField(help_text="A path of the frontend, or an absolute address.")


class NavigationItemSerializer(NavigationLinkSerializer):
    children = NavigationLinkSerializer(many=True)


class FooterSerializer(ReadSerializer):
    text = serializers.CharField(allow_null=True, help_text="HTML.")
    links = NavigationLinkSerializer(many=True)


class SocialLinkSerializer(ReadSerializer):
    platform = serializers.ChoiceField(choices=SocialPlatform.values)
    url = serializers.URLField()


class SeoSerializer(ReadSerializer):
    title = NullableText()
    description = NullableText()
    image = ImageSerializer(allow_null=True, preset="social")


class SiteSerializer(ReadSerializer):
    """Made from a plain mapping by `content.api.site`."""

    name = serializers.CharField()
    tagline = NullableText()
    locale = serializers.CharField()
    locales = SiteLocaleSerializer(many=True)
    logo = ImageSerializer(allow_null=True, preset="photo")
    navigation = NavigationItemSerializer(many=True)
    footer = FooterSerializer()
    social_links = SocialLinkSerializer(many=True)
    seo = SeoSerializer()
    contact_email = serializers.EmailField(allow_null=True)
    privacy_page = NavigationLinkSerializer(
        allow_null=True,
        help_text="What happens with visitors' data, in this language: for beside forms.",
    )


def link(raw: Any) -> dict[str, Any] | None:
    return raw and {"title": raw["label"], "url": raw["url"]}
