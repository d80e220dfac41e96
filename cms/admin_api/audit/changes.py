"""What changed, by field: of pages and snippets by their revisions, of others as they are saved.

What is saved is remembered for the rest of the request, so that the entry which Wagtail makes after
it finds what was before.
"""

import json
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.blocks import StreamValue
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Revision,
    Site,
    Task,
    Workflow,
)

from cms.models import User
from cms.origin import current_origin

Changes = dict[str, list[Any]]

_LONGEST = 300
_HIDDEN = "…"
_WITH_REVISIONS = frozenset({"wagtail.edit", "wagtail.revert"})
# What Wagtail keeps of a revision for itself.
BOOKKEEPING = frozenset(
    (
        *("pk", "path", "depth", "numchild", "url_path", "draft_title", "translation_key"),
        *("latest_revision", "live_revision", "latest_revision_created_at", "live"),
        *("first_published_at", "last_published_at", "has_unpublished_changes", "expired"),
        *("search_text", "wagtail_admin_comments", "content_type", "owner", "locked"),
        *("locked_at", "locked_by", "alias_of"),
    )
)
_kinds: dict[type[Any], frozenset[str]] = {
    User: frozenset({"password"}),
    Group: frozenset(),
    Site: frozenset(),
    Locale: frozenset(),
    Collection: frozenset(),
    CollectionViewRestriction: frozenset({"password"}),
    Workflow: frozenset(),
    Task: frozenset(),
    Redirect: frozenset(),
    AbstractImage: frozenset(),
    AbstractDocument: frozenset(),
    BaseGenericSetting: frozenset(),
    BaseSiteSetting: frozenset(),
}
IGNORED = frozenset({"last_login", "updated_at"})


def track(model: type[Model], *, hidden: frozenset[str] = frozenset()) -> None:
    """Have entries say what changed in objects of ``model``; of ``hidden`` fields, only that."""
    _kinds[model] = hidden


def changes_of(entry: Any) -> Changes:
    """What an entry that is being written tells of."""
    if entry.revision_id and entry.action in _WITH_REVISIONS:
        return _between_revisions(entry.revision_id)
    origin = current_origin.get()
    if origin is None or entry.action == "wagtail.create":
        return {}
    is_page = hasattr(entry, "page_id")
    key = (entry.content_type_id, str(entry.page_id if is_page else entry.object_id))
    return dict(origin.notes.get(key, {}))


def remember_before(sender: type[Model], instance: Model, **others: Any) -> None:
    """Receiver of `pre_save`: what is stored now."""
    origin = current_origin.get()
    if (
        origin is None
        or others.get("raw")
        or instance.pk is None
        or hidden_fields(instance) is None
    ):
        return
    stored = type(instance)._base_manager.filter(pk=instance.pk).first()
    if stored is not None:
        origin.notes[_before(instance)] = stored_values(stored)


def remember_changes(sender: type[Model], instance: Model, **_others: Any) -> None:
    """Receiver of `post_save`: how it differs from what was stored."""
    origin = current_origin.get()
    hidden = hidden_fields(instance)
    before = None if origin is None else origin.notes.pop(_before(instance), None)
    if origin is None or hidden is None or before is None:
        return
    after = stored_values(instance)
    for name, value in after.items():
        if before.get(name) != value and name not in IGNORED:
            note_change(instance, name, before.get(name), value, is_hidden=name in hidden)


def remember_links(
    sender: type[Model], instance: Any, action: str, *, reverse: bool, **_others: Any
) -> None:
    """Receiver of `m2m_changed`: groups and permissions of accounts and groups."""
    origin = current_origin.get()
    field = _link(sender, instance)
    if reverse or origin is None or field is None or hidden_fields(instance) is None:
        return
    key = (*_before(instance), field)
    linked = sorted(str(each) for each in getattr(instance, field).all())
    if action.startswith("pre_"):
        origin.notes.setdefault(key, linked)
    elif (before := origin.notes.get(key)) is not None and before != linked:
        note_change(instance, field, before, linked)


def note_change(
    instance: Model, name: str, before: Any, after: Any, *, is_hidden: bool = False
) -> None:
    """Have the next entry about ``instance`` say it; of what is hidden, only that."""
    origin = current_origin.get()
    if origin is not None:
        content_type = ContentType.objects.get_for_model(instance, for_concrete_model=False)
        pair = [_HIDDEN, _HIDDEN] if is_hidden else [_short(before), _short(after)]
        origin.notes.setdefault((content_type.pk, str(instance.pk)), {})[name] = pair


def _between_revisions(revision_id: int) -> Changes:
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is None:
        return {}
    same = Revision.objects.filter(
        base_content_type=revision.base_content_type_id, object_id=revision.object_id
    )
    former = same.filter(pk__lt=revision.pk).order_by("-pk").values_list("content", flat=True)
    before: dict[str, Any] | None = former.first()
    if before is None:
        return {}
    after: dict[str, Any] = revision.content
    names = sorted((before.keys() | after.keys()) - BOOKKEEPING)
    return {
        name: [_short(before.get(name)), _short(after.get(name))]
        for name in names
        if before.get(name) != after.get(name)
    }


def hidden_fields(instance: Model) -> frozenset[str] | None:
    """The hidden fields of what is tracked; None for everything else."""
    for kind in type(instance).__mro__:
        if kind in _kinds:
            return _kinds[kind]
    return None


def stored_values(instance: Model) -> dict[str, Any]:
    """What is in the row, as JSON."""
    values = {}
    for field in instance._meta.concrete_fields:
        value = field.value_from_object(instance)
        # Blocks as they are stored; as a text they would be HTML.
        values[field.name] = value.get_prep_value() if isinstance(value, StreamValue) else value
    return dict(json.loads(json.dumps(values, default=str)))


def _short(value: Any) -> Any:
    """As JSON; of long texts and structures the beginning."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _LONGEST else text[:_LONGEST] + _HIDDEN


def _before(instance: Model) -> tuple[str, str]:
    return f"before {instance._meta.label}", str(instance.pk)


def _link(through: type[Model], instance: Model) -> str | None:
    for field in instance._meta.many_to_many:
        if field.remote_field.through is through:
            return field.name
    return None
