"""The accounts that a new site begins with; from then on they are the editors'."""

from django.conf import settings
from django.db import transaction

from integrations.github.models import Account, GitHubSettings


def ensure_first_accounts() -> bool:
    """Add what ``GITHUB_ACCOUNTS`` and ``GITHUB_CONTRIBUTORS`` name, once. Whether it was now.

    Nothing happens while both are empty, so they may be set later.
    """
    # Names on GitHub are the same in any case.
    owners = {login.lower() for login in settings.GITHUB_ACCOUNTS}
    people = {login.lower() for login in settings.GITHUB_CONTRIBUTORS}
    logins = dict.fromkeys([*settings.GITHUB_ACCOUNTS, *settings.GITHUB_CONTRIBUTORS])
    if not logins or GitHubSettings.current().has_first_accounts:
        return False
    with transaction.atomic():
        if not _first():
            return False
        for login in logins:
            Account.objects.get_or_create(
                login__iexact=login,
                defaults={
                    "login": login,
                    "shows_projects": login.lower() in owners,
                    "shows_contributions": login.lower() in people,
                },
            )
    return True


def _first() -> bool:
    """Whether no other process is doing so, or has done so."""
    stored = GitHubSettings.objects.select_for_update().first()
    if stored is None:
        stored = GitHubSettings.objects.create()
    if stored.has_first_accounts:
        return False
    stored.has_first_accounts = True
    stored.save(update_fields=["has_first_accounts"])
    return True
