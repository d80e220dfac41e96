"""One place to find, hand out and erase what is kept about a person (GDPR, articles 15, 17, 20).

Apps that keep something under an e-mail address register here from ``AppConfig.ready()``; the admin
asks all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
"""One thing that is kept, as it is handed out: JSON values, instants, members of `TextChoices`, and
lists of records, under plain names.
"""


@dataclass(frozen=True)
class PersonalDataSource:
    """What one app keeps. ``find`` and ``erase`` take an address as somebody typed it; each app
    knows when two ways to write one are the same.
    """

    name: str
    """The key in the file that is handed out, like ``contact_messages``."""
    label: Any
    find: Callable[[str], Sequence[Record]]
    erase: Callable[[str], int]
    """Runs in the caller's transaction and answers how many things are gone."""
    labels: Mapping[str, Any] = field(default_factory=dict)
    """What people read in place of the names in records, of those in lists as well."""


_sources: dict[str, PersonalDataSource] = {}


def register_personal_data(source: PersonalDataSource) -> None:
    """Have ``source`` asked for every person. The last one of a name counts."""
    _sources[source.name] = source


def personal_data_sources() -> list[PersonalDataSource]:
    """All sources, by name."""
    return [_sources[name] for name in sorted(_sources)]
