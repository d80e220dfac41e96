"""Which page tells visitors what happens with their data, for parts that know nothing of pages."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class PrivacyPage:
    title: str
    url: str


_readers: list[Callable[[str], PrivacyPage | None]] = []


def register_privacy_page(read: Callable[[str], PrivacyPage | None]) -> None:
    """Have `privacy_page` answer what ``read`` does; from `AppConfig.ready`."""
    _readers[:] = [read]


def privacy_page(language: str) -> PrivacyPage | None:
    """The page that editors chose, if everybody can read it in ``language``."""
    return next((page for read in _readers if (page := read(language))), None)
