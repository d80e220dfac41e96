"""Entries for what Wagtail's admin changes without one.

It logs no bulk action but those on pages, and no collection, privacy of collections, workflow or
task that is made, deleted or switched. So what a request touches is remembered as it was, and
compared at its end with what is stored: what differs and has no entry by then gets one. That is in
the request's own transaction, so there is never one without the other.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.log_actions import log
from wagtail.models import (
    BaseLogEntry,
    Collection,
    CollectionViewRestriction,
    Locale,
    Site,
    Task,
    Workflow,
)

from cms.admin_api.audit.changes import (
    BOOKKEEPING,
    IGNORED,
    hidden_fields,
    note_change,
    stored_values,
)
from cms.models import User
from cms.origin import current_origin

View = Callable[..., HttpResponseBase]
_Key = tuple[str, str]

_KINDS = (
    *(User, Group, Site, Locale, Collection, CollectionViewRestriction, Redirect),
    *(AbstractImage, AbstractDocument, Workflow, Task),
)
# Besides what nobody chose: what Wagtail works out of a file when it is asked for the first time.
_UNSAID = IGNORED | BOOKKEEPING | {"file_size", "file_hash"}
_TOUCHED, _TOLD = "touched", "told"


@dataclass(frozen=True)
class _Touched:
    instance: Any
    before: dict[str, Any] | None
    """None: it was not there."""


def models() -> list[type[Model]]:
    """Those whose saving and deleting has to be heard of. Bulk actions say what they touch."""
    return [model for model in apps.get_models() if issubclass(model, _KINDS)]


def complete_log(view: View) -> View:
    """Decorator of the admin's views."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        origin = current_origin.get()
        if origin is None or request.method != "POST":
            return view(request, *args, **kwargs)
        touched: dict[_Key, _Touched] = origin.notes.setdefault(_TOUCHED, {})
        told: set[_Key] = origin.notes.setdefault(_TOLD, set())
        user = request.user if isinstance(request.user, User) else None
        response = view(request, *args, **kwargs)
        if not connection.needs_rollback:
            for key, each in list(touched.items()):
                if key not in told:
                    _tell(each, user)
        return response

    return answer


def touch(instance: Model) -> None:
    """Remember ``instance`` as it is stored, unless that was done before."""
    touched = _notes(_TOUCHED)
    key = _key(type(instance), instance.pk)
    if touched is not None and key not in touched:
        touched[key] = _Touched(copy(instance), _everything(instance))


def remember(sender: type[Model], instance: Model, **others: Any) -> None:
    """Receiver of `pre_save` and `pre_delete`."""
    if not others.get("raw") and _notes(_TOUCHED) is not None:
        stored = sender._base_manager.filter(pk=instance.pk).first()
        if stored is not None:
            touch(stored)


def remember_new(sender: type[Model], instance: Model, *, created: bool, **_others: Any) -> None:
    """Receiver of `post_save`."""
    touched = _notes(_TOUCHED)
    if created and touched is not None:
        touched.setdefault(_key(sender, instance.pk), _Touched(copy(instance), None))


def remember_linked(
    sender: type[Model],
    instance: Model,
    action: str,
    *,
    reverse: bool,
    model: type[Model],
    pk_set: set[Any] | None,
    **_others: Any,
) -> None:
    """Receiver of `m2m_changed`: also of the accounts that a group is given or loses."""
    if _notes(_TOUCHED) is None or not action.startswith("pre_"):
        return
    if not reverse:
        if isinstance(instance, _KINDS):
            remember(type(instance), instance)
        return
    if issubclass(model, _KINDS):
        field = next(
            each for each in model._meta.many_to_many if each.remote_field.through is sender
        )
        chosen = {field.name: instance.pk} if pk_set is None else {"pk__in": pk_set}
        for linked in model._base_manager.filter(**chosen):
            touch(linked)


def note_entry(sender: type[Model], instance: Any, *, created: bool, **_others: Any) -> None:
    """Receiver of `post_save`: what has an entry needs no other.

    Other entries about an account, as that a sign-in ended, do not say what was changed in it.
    """
    told = _notes(_TOLD)
    if told is None or not created or not isinstance(instance, BaseLogEntry):
        return
    model = instance.content_type.model_class() if instance.content_type else None
    if model is None:
        return
    if not issubclass(model, _KINDS) or instance.action.startswith("wagtail."):
        told.add(_key(model, instance.object_id))


def _tell(touched: _Touched, user: User | None) -> None:
    instance, before = touched.instance, touched.before
    now = type(instance)._base_manager.filter(pk=instance.pk).first()
    after = None if now is None else _everything(now)
    if isinstance(instance, CollectionViewRestriction):
        _tell_privacy(instance, before, after, user)
    elif after is None:
        if before is not None:
            log(instance, "wagtail.delete", user=user, deleted=True)
    elif before is None:
        log(now, "wagtail.create", user=user)
    else:
        # Tasks and pages are known by what they are, not as what all of them have in common.
        shown = getattr(now, "specific", now)
        if _note_differences(shown, before, after, hidden_fields(instance)):
            log(shown, "wagtail.edit", user=user)


def _tell_privacy(
    restriction: CollectionViewRestriction,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    user: User | None,
) -> None:
    """Like that of pages: an entry about the collection, unless that is gone as well."""
    collection = Collection.objects.filter(pk=restriction.collection_id).first()
    hidden = hidden_fields(restriction)
    if collection and _note_differences(collection, before or {}, after or {}, hidden):
        action = "create" if before is None else "delete" if after is None else "edit"
        log(collection, f"wagtail.view_restriction.{action}", user=user)


def _note_differences(
    instance: Any, before: dict[str, Any], after: dict[str, Any], hidden: frozenset[str] | None
) -> bool:
    """Whether there are any. What is not tracked may be anybody's words: none of it is shown."""
    names = [
        name
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
        and name not in _UNSAID
        # Another password has its own entry.
        and not (name == "password" and isinstance(instance, User))
    ]
    for name in sorted(names):
        is_hidden = hidden is None or name in hidden
        note_change(instance, name, before.get(name), after.get(name), is_hidden=is_hidden)
    return bool(names)


def _everything(instance: Any) -> dict[str, Any]:
    """The row, and by name what it is linked to: groups, tags."""
    fields = instance._meta.many_to_many
    linked = {
        field.name: sorted(str(each) for each in getattr(instance, field.name).all())
        for field in fields
    }
    return stored_values(instance) | linked


def _notes(name: str) -> Any:
    origin = current_origin.get()
    return None if origin is None else origin.notes.get(name)


def _key(model: type[Model], number: object) -> _Key:
    """The same for what all pages or tasks have in common and for one of a kind."""
    root = (model, *model._meta.all_parents)[-1]
    return root._meta.label, str(number)
