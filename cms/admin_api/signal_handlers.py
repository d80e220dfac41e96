"""What ends sign-ins by token, what sessions add to the log, and what completes its entries."""

from typing import Any
from weakref import WeakKeyDictionary

from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from wagtail.log_actions import log
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from cms.admin_api import sign_in_log, sign_ins
from cms.admin_api.audit import changes, completion, entries
from cms.admin_api.models import SignIn
from cms.models import User
from cms.origin import Channel, origin

_stored_passwords: WeakKeyDictionary[User, str | None] = WeakKeyDictionary()
_ENDING_FIELDS = {"password", "is_active", "is_superuser"}


def end_sign_ins(
    instance: User, update_fields: frozenset[str] | None = None, **_others: Any
) -> None:
    """Other ways of changing an account are seen at the next request."""
    if update_fields is None or _ENDING_FIELDS & set(update_fields):
        sign_ins.end_what_is_lost(user=instance)


def end_lost_access(action: str = "", **_others: Any) -> None:
    """Somebody has lost a group or permission, a group a permission, or a group is gone.

    After the commit: `set()` removes first what it adds then.
    """
    if action in ("post_remove", "post_clear", ""):
        transaction.on_commit(sign_ins.end_all_that_are_lost)


def remember_password(instance: User, **_others: Any) -> None:
    """What is stored now, for `log_password`."""
    if instance.pk is not None:
        stored = User.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
        _stored_passwords[instance] = stored


def log_password(instance: User, *, created: bool, **_others: Any) -> None:
    """Whichever way a password is changed: in the account, by mail, by a command, by somebody else.

    Not when Django has only hashed the same one anew: then the account does not know it.
    """
    stored = _stored_passwords.pop(instance, None)
    is_another = not created and stored is not None and stored != instance.password
    is_chosen = (
        getattr(instance, "_password", None) is not None or not instance.has_usable_password()
    )
    if is_another and is_chosen:
        log(instance, "password.change")
    elif created and origin().channel == Channel.COMMAND:
        log(instance, "wagtail.create")


def log_session(user: User, **_others: Any) -> None:
    """Somebody has signed in to the admin."""
    sign_in_log.has_begun(user)


def log_end_of_session(user: User | None, **_others: Any) -> None:
    """Somebody has signed out; Django says so, too, if nobody was signed in."""
    if user is not None:
        sign_in_log.has_ended(user, SignIn.EndReason.SIGNED_OUT)


def log_given_permission(instance: Any, *, created: bool, **_others: Any) -> None:
    """Wagtail's form for groups saves permissions on pages and collections after its own entry."""
    if created:
        _log_permission(instance, "permission.give")


def log_taken_permission(instance: Any, **_others: Any) -> None:
    """The same for one that is taken away, but not with its whole group."""
    if Group.objects.filter(pk=instance.group_id).exists():
        _log_permission(instance, "permission.take")


def _log_permission(instance: Any, action: str) -> None:
    where = getattr(instance, "page", None) or getattr(instance, "collection", None)
    data = {"permission": instance.permission.codename, "where": str(where)}
    log(instance.group, action, data=data)


def register() -> None:
    """Called once, when the apps are ready."""
    post_save.connect(end_sign_ins, sender=User)
    pre_save.connect(remember_password, sender=User)
    post_save.connect(log_password, sender=User)
    links = (User.groups.through, User.user_permissions.through, Group.permissions.through)
    for through in links:
        m2m_changed.connect(end_lost_access, sender=through)
    post_delete.connect(end_lost_access, sender=Group)
    user_logged_in.connect(log_session)
    user_logged_out.connect(log_end_of_session)
    # Of every model: what is looked at is said where it is remembered.
    pre_save.connect(changes.remember_before)
    post_save.connect(changes.remember_changes)
    m2m_changed.connect(changes.remember_links)
    for model in (GroupPagePermission, GroupCollectionPermission):
        post_save.connect(log_given_permission, sender=model)
        post_delete.connect(log_taken_permission, sender=model)
    pre_save.connect(entries.complete)
    post_save.connect(entries.announce)
    _complete_log()


def _complete_log() -> None:
    for model in completion.models():
        for signal in (pre_save, pre_delete):
            signal.connect(completion.remember, sender=model)
        post_save.connect(completion.remember_new, sender=model)
    m2m_changed.connect(completion.remember_linked)
    post_save.connect(completion.note_entry)
