"""The site's own name and logo for templates of the admin."""

from typing import TypedDict

from django import template
from django.conf import settings

from content.models import SiteRendition, SiteSettings
from content.renditions import width_spec

register = template.Library()

_LOGO_SPEC = width_spec(160, "format-webp")


class Branding(TypedDict):
    name: str
    logo: SiteRendition | None


@register.simple_tag
def site_branding() -> Branding:
    """The name (or the product's, while none is set) and a small rendition of the logo, if any."""
    site_settings = (
        SiteSettings.objects.filter(site__is_default_site=True)
        .select_related("logo")
        .prefetch_related("logo__renditions")
        .first()
    )
    if site_settings is None:
        return {"name": settings.WAGTAIL_SITE_NAME, "logo": None}
    renditions = site_settings.logo.renditions.all() if site_settings.logo else []
    return {
        "name": site_settings.name or settings.WAGTAIL_SITE_NAME,
        "logo": next((item for item in renditions if item.filter_spec == _LOGO_SPEC), None),
    }
