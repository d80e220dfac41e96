"""The name that editors gave the site."""

from content.models import SiteSettings


def name_in_settings() -> str:
    """The name of the default site; empty as long as nobody has given one."""
    settings = SiteSettings.objects.filter(site__is_default_site=True).first()
    return settings.name if settings else ""
