"""Previews as the rest of the project uses them: opened by a token, ended, purged."""

from typing import Any

from content.models.previews import Preview


def find_draft(*, content_type: str, token: str) -> Any:
    """The draft that ``token`` opens, unsaved, or ``None``: unknown, expired, ended, of other type.

    ``content_type`` is like ``content.eventpage``.
    """
    preview = Preview.objects.opened_by(token)
    if preview is None:
        return None
    draft = preview.restore()
    return draft if draft is not None and draft._meta.label_lower == content_type else None


def end_previews(*, session_key: str) -> None:
    """Delete all previews of a session that ends."""
    Preview.objects.of_session(session_key).delete()


def purge_expired_previews() -> int:
    """Delete the previews that nobody can open any more, and answer how many they were."""
    return Preview.objects.purge_expired()
