"""What the site is called, for parts that know nothing of its content."""

from collections.abc import Callable

from django.conf import settings

_readers: list[Callable[[], str]] = []


def register_site_name(read: Callable[[], str]) -> None:
    """Have `site_name` answer what ``read`` does; from `AppConfig.ready`."""
    _readers[:] = [read]


def site_name() -> str:
    """The name that editors gave the site, or that of the product."""
    for read in _readers:
        name = read().strip()
        if name:
            return name
    return str(settings.WAGTAIL_SITE_NAME)
