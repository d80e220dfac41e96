"""Entries of Wagtail's log in tests."""

from typing import Any

from wagtail.models import BaseLogEntry


def own_data(entry: BaseLogEntry) -> dict[str, Any]:
    """What whoever logged it said, without what every entry has."""
    return {name: value for name, value in entry.data.items() if name != "audit"}


def changes_in(entry: BaseLogEntry) -> dict[str, Any]:
    """By field what was before and after."""
    changes: dict[str, Any] = entry.data["audit"]["changes"]
    return changes
