"""Which state of an item a write is made for."""

from collections.abc import Mapping
from typing import Any

from cms.admin_api.preconditions import state_etag

_OF_META = (
    "revision_id",
    # The admin's form saves into its own newest revision while somebody types.
    "revision_created_at",
    "state",
    "locked",
    "slug",
    "locale",
    "is_translated",
    "go_live_at",
    "expire_at",
    "first_published_at",
    "last_published_at",
)


def item_etag(body: Mapping[str, Any], *parts: object) -> str:
    """The tag of the item that ``body`` shows, not of what it names, which changes by itself.

    What its fields say is settled by its newest revision; what repeats another page has none, and
    changes when that is published. ``parts``: what else tells it from another state.
    """
    meta = body["meta"]
    review, parent = meta["workflow"] or {}, meta.get("parent") or {}
    of_others = (review.get("status"), review.get("task"), parent.get("id"))
    return state_etag(body["id"], *(meta.get(name) for name in _OF_META), *of_others, *parts)
