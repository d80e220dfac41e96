"""Where apps register what fills the sections of the landing page.

A section block holds settings only (heading, mode, chosen ids). The app that owns the items
registers a resolver under the block's name from its ``AppConfig.ready()``; without one the
section answers its settings and an empty list, so an app can be removed without touching ``home``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SectionSettings = Mapping[str, Any]
"""Settings of one section as stored: ``{"heading": …, "mode": …, "limit": …, …}``."""

SectionItems = list[dict[str, Any]]


@dataclass(frozen=True)
class SectionContent:
    """What fills one section. For what comes from elsewhere: as of when, whether that is late."""

    items: SectionItems
    fetched_at: datetime | None = None
    is_stale: bool = False


SectionResolver = Callable[
    [Sequence[SectionSettings], Any, str], Callable[[], Sequence[SectionContent]]
]
"""Called once per page with all sections of one type, the request's
``content.references.References`` and the page's language. It loads the items and notes what they
refer to; the function it returns is called after ``References.load`` and answers the content of
each section, in the same order."""


class SectionTakenError(ValueError):
    """Two apps want to fill the same section."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Section {name!r} is already filled by another app.")


_resolvers: dict[str, SectionResolver] = {}
_item_schemas: dict[str, str] = {}


def register_section(name: str, resolver: SectionResolver, *, item_schema: str) -> None:
    """Fill sections of type ``name`` with ``resolver``. One app per name.

    ``item_schema``: name of the items' shape in the OpenAPI document.
    """
    if _resolvers.setdefault(name, resolver) is not resolver:
        raise SectionTakenError(name)
    _item_schemas[name] = item_schema


def resolver_for(name: str) -> SectionResolver | None:
    return _resolvers.get(name)


def item_schema_of(name: str) -> str | None:
    return _item_schemas.get(name)
