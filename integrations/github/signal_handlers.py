"""What editors change takes effect by itself."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from integrations.github import services
from integrations.github.models import Account, GitHubSettings, Project


def register() -> None:
    """Called once from the app's `ready`."""
    post_save.connect(account_was_changed, sender=Account)
    post_delete.connect(account_was_changed, sender=Account)
    post_save.connect(settings_were_changed, sender=GitHubSettings)
    post_save.connect(project_was_saved, sender=Project)


def account_was_changed(*, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        services.refresh_after_change()


def settings_were_changed(instance: GitHubSettings, *, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        services.leave_out_never_shown(instance)


def project_was_saved(instance: Project, *, raw: bool = False, **kwargs: Any) -> None:
    # A refresh writes in bulk, without signals.
    if not raw:
        services.project_was_edited(instance)
