"""What a file says about one event, after reading and before anything is stored."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


class UnreadableFileError(Exception):
    """The file as a whole cannot be read. The message says why, in plain words."""


class RowRefusedError(Exception):
    """One row cannot become an event. ``reasons`` say why, in plain words."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Entry:
    """One event as it stands in the file: its values by our field names, or why it has none."""

    line: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventRow:
    """An event ready to be stored.

    ``fields`` are values of `EventPage`, ``speakers`` and ``sessions`` those of its parts, ``body``
    is text or HTML as given. ``uid`` identifies the event in every later import.
    """

    uid: str
    fields: dict[str, Any]
    tags: list[str]
    speakers: list[dict[str, Any]]
    sessions: list[dict[str, Any]]
    body: str
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return str(self.fields["title"])

    @property
    def checksum(self) -> str:
        """SHA-256 of what would be stored; equal rows are the same event without a change."""
        content = {**asdict(self), "notes": None}
        encoded = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(encoded.encode()).hexdigest()
