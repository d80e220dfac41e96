"""Where apps register what fills the sections of the landing page.

A section block holds settings only (heading, mode, chosen ids). The app that owns the items
registers a resolver under the block's name from its ``AppConfig.ready()``; without one the
section answers its settings and an empty list, so an app can be removed without touching ``home``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

SectionSettings = Mapping[str, Any]
"""Settings of one section as stored: ``{"heading": …, "mode": …, "limit": …, …}``."""

SectionItems = list[dict[str, Any]]

SectionResolver = Callable[
    [Sequence[SectionSettings], Any, str], Callable[[], Sequence[SectionItems]]
]
"""Called once per page with all sections of one type, the request's
``content.references.References`` and the page's language. It loads the items and notes what they
refer to; the function it returns is called after ``References.load`` and answers the items of each
section, in the same order."""


class SectionTakenError(ValueError):
    """Two apps want to fill the same section."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Section {name!r} is already filled by another app.")


_resolvers: dict[str, SectionResolver] = {}


def register_section(name: str, resolver: SectionResolver) -> None:
    """Fill sections of type ``name`` with ``resolver``. One app per name."""
    if _resolvers.setdefault(name, resolver) is not resolver:
        raise SectionTakenError(name)


def resolver_for(name: str) -> SectionResolver | None:
    return _resolvers.get(name)
