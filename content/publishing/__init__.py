"""How content is changed: through Wagtail's actions, its forms and its workflow, as in its admin.

Revisions, log entries, signals and permission checks are those of the admin, so importer, demo
site and admin API cannot drift from it. The only package that touches `wagtail.actions` and
`wagtail.api.v3`, which Wagtail 8.0 calls internal or a preview:
`tests/content/publishing/test_wagtail_contract.py` says what of them is relied on.
"""

from content.publishing.editing import change, create_page, create_snippet, delete
from content.publishing.forms import stored_rows
from content.publishing.problems import ConflictError, InvalidContentError, LockedError, Problem
from content.publishing.transitions import (
    cancel_schedule,
    may_publish,
    publish_at,
    publish_latest,
    restore,
    unpublish,
)
from content.publishing.translating import translate
from content.publishing.unattended import (
    add_page,
    add_snippet,
    ensure_subtree_translations,
    ensure_translations,
    fill_gap,
    publish,
    publish_scheduled,
    save_revision,
    withdraw_expired,
)
from content.publishing.uploading import create_image
from content.publishing.workflow import (
    Decision,
    may_edit,
    review,
    submit,
    submit_for_moderation,
)

__all__ = [
    "ConflictError",
    "Decision",
    "InvalidContentError",
    "LockedError",
    "Problem",
    "add_page",
    "add_snippet",
    "cancel_schedule",
    "change",
    "create_image",
    "create_page",
    "create_snippet",
    "delete",
    "ensure_subtree_translations",
    "ensure_translations",
    "fill_gap",
    "may_edit",
    "may_publish",
    "publish",
    "publish_at",
    "publish_latest",
    "publish_scheduled",
    "restore",
    "review",
    "save_revision",
    "stored_rows",
    "submit",
    "submit_for_moderation",
    "translate",
    "unpublish",
    "withdraw_expired",
]
