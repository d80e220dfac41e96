"""How the demo's texts refer to each other: ``page:about``, ``picture:ridges-dawn`` …"""

import re
import uuid
from collections.abc import Mapping
from typing import Any

_NAMESPACE = uuid.UUID("5f4c9a52-3f0b-4c2e-9d0f-0f1b7c5d8e21")
_NAME = re.compile(r"(?:page|event|testimonial|picture|document):[a-z-]+")
_LINK = re.compile(rf'href="({_NAME.pattern})"')


def translation_key(name: str) -> uuid.UUID:
    """The identity of a page or snippet in all languages and on every machine (RFC 9562, v5)."""
    return uuid.uuid5(_NAMESPACE, name)


class Names:
    """Primary keys by name, as they are in one language."""

    def __init__(self, keys: Mapping[str, int]) -> None:
        self._keys = dict(keys)

    def resolve(self, value: Any) -> Any:
        """A copy of ``value`` with primary keys for names and page links for addresses.

        Raises ``KeyError`` for a name that does not exist.
        """
        if isinstance(value, Mapping):
            return {key: self.resolve(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, str):
            return value
        if _NAME.fullmatch(value):
            return self._keys[value]
        return _LINK.sub(lambda match: f'linktype="page" id="{self._keys[match[1]]}"', value)
