"""A count of characters below fields that frontends and search engines cut."""

from typing import Any

from django.utils.translation import gettext_lazy as _

TITLE_LIMIT = 70
SUMMARY_LIMIT = 300
QUOTE_LIMIT = 600
BIOGRAPHY_LIMIT = 600
TAGLINE_LIMIT = 160
SEARCH_TITLE_LIMIT = 70
SEARCH_DESCRIPTION_LIMIT = 160


def character_count(limit: int) -> dict[str, Any]:
    """Attributes of a panel or block whose text field gets a count; ``limit`` is advice."""
    return {
        "data-controller": "character-count",
        "data-character-count-limit-value": limit,
        "data-character-count-within-value": _("{length} of {limit} characters"),
        "data-character-count-over-value": _(
            "{length} of {limit} characters: the end will be cut off in lists and search results"
        ),
    }
