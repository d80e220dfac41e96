"""The page about visitors' data that editors chose, in the language of who reads it."""

from django.utils import timezone

from cms.privacy_page import PrivacyPage
from content.models import SiteSettings
from content.public_site import PublicSite
from content.references import PageReference, References


def privacy_page_in(
    language: str, site_settings: SiteSettings | None, references: References
) -> PageReference | None:
    """Not in another language than asked for: nobody agrees to what they cannot read."""
    page = references.page(site_settings and site_settings.privacy_page_id, language)
    return page if page and page.language == language else None


def read_privacy_page(language: str) -> PrivacyPage | None:
    """For pages that are no answer of the API."""
    site_settings = SiteSettings.objects.filter(site__is_default_site=True).first()
    if site_settings is None or site_settings.privacy_page_id is None:
        return None
    references = References(PublicSite.load(timezone.now()))
    references.want_page(site_settings.privacy_page_id)
    references.load()
    page = privacy_page_in(language, site_settings, references)
    return PrivacyPage(title=page.title, url=page.html_url) if page else None
