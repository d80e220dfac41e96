"""The site itself: name, languages, navigation, footer."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.openapi import PublicSchema
from cms.api.parameters import LocaleParameter, Parameters
from content.api.views import PublicView
from content.block_api import collect_stream, represent_stream
from content.models import Navigation, SiteSettings
from content.privacy_page import privacy_page_in
from content.references import PageReference, References
from content.rich_text import expand_rich_text
from content.serializers import SiteSerializer
from content.serializers.site import link


class SiteParameters(Parameters):
    locale = LocaleParameter(required=False, everything=False)


class SiteView(PublicView):
    """Everything that a frontend shows around its pages, in one language."""

    schema = PublicSchema()
    operation_tag = "site"

    def operation_name(self, method: str, path: str) -> str:
        return "site_detail"

    def operation_parameters(self) -> list[type[Parameters]]:
        return [SiteParameters]

    def operation_responses(self) -> dict[int, Any]:
        return {200: SiteSerializer}

    def get(self, request: Request) -> Response:
        values = SiteParameters.read(request.GET)
        language = values.get("locale", settings.LANGUAGE_CODE)
        navigation = _navigation(language, self.references)
        return self.answer(site_document(language, navigation, self.references))


def site_document(
    language: str, navigation: Navigation | None, references: References
) -> dict[str, Any]:
    """The site in one language, with the words of ``navigation``, which need not be published."""
    site_settings = SiteSettings.objects.filter(site__is_default_site=True).first()
    references.want_image(site_settings and site_settings.logo_id)
    references.want_page(site_settings and site_settings.privacy_page_id)
    if navigation:
        references.want_image(navigation.seo_image_id)
        collect_stream(navigation.items, references)
        collect_stream(navigation.footer_links, references)
        references.want_rich_text(navigation.footer_text)
    references.load()
    document = {
        "locale": language,
        "locales": _locales(references),
        **_settings(site_settings),
        **_words(navigation, references, language),
        "privacy_page": _page_link(privacy_page_in(language, site_settings, references)),
    }
    serializer = SiteSerializer(context={"references": references})
    return serializer.to_representation(document)


def _navigation(language: str, references: References) -> Navigation | None:
    not_expired = Q(expire_at__isnull=True) | Q(expire_at__gt=references.now)
    navigation = Navigation.objects.filter(not_expired, live=True, locale__language_code=language)
    return navigation.first()


def _locales(references: References) -> list[dict[str, Any]]:
    paths = {
        root.language: references.site.path_of(root.url_path) for root in references.site.roots
    }
    return [
        {"code": code, "name": name, "path": paths[code]}
        for code, name in settings.LANGUAGES
        if code in paths
    ]


def _settings(site_settings: SiteSettings | None) -> dict[str, Any]:
    if site_settings is None:
        return {
            "name": settings.WAGTAIL_SITE_NAME,
            "logo": None,
            "contact_email": None,
            "social_links": [],
        }
    return {
        "name": site_settings.name,
        "logo": site_settings.logo_id,
        "contact_email": site_settings.contact_email or None,
        "social_links": [profile["value"] for profile in site_settings.social_links.raw_data],
    }


def _page_link(page: PageReference | None) -> dict[str, Any] | None:
    return {"title": page.title, "url": page.path} if page else None


def _words(navigation: Navigation | None, references: References, language: str) -> dict[str, Any]:
    if navigation is None:
        return {
            "tagline": None,
            "navigation": [],
            "footer": {"text": None, "links": []},
            "seo": {"title": None, "description": None, "image": None},
        }
    items = [block["value"] for block in represent_stream(navigation.items, references, language)]
    links = represent_stream(navigation.footer_links, references, language)
    return {
        "tagline": navigation.tagline,
        "navigation": [
            {**(link(item) or {}), "children": [link(child) for child in item["children"]]}
            for item in items
        ],
        "footer": {
            "text": expand_rich_text(navigation.footer_text, references, language) or None,
            "links": [link(block["value"]) for block in links],
        },
        "seo": {
            "title": navigation.seo_title,
            "description": navigation.seo_description,
            "image": navigation.seo_image_id,
        },
    }
