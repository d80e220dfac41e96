"""Accounts of the roles there are, and clients that are signed in to the admin API."""

import itertools

from django.contrib.auth.models import Group

from cms.admin_api import sign_ins
from cms.models import User
from tests.contract.openapi import ApiClient

PASSWORD = "correct horse battery staple"

_numbers = itertools.count(1)


def make_user(*groups: str, **values: object) -> User:
    """An active account in the groups of that name; `setup_site` makes Editors and Moderators."""
    number = next(_numbers)
    values.setdefault("username", f"user-{number}")
    values.setdefault("email", f"user-{number}@example.org")
    user: User = User.objects.create_user(password=PASSWORD, **values)
    for name in groups:
        user.groups.add(Group.objects.get(name=name))
    return user


def make_administrator(**values: object) -> User:
    return make_user(is_superuser=True, is_staff=True, **values)


def api_client_of(user: User) -> ApiClient:
    """A client of the admin API that sends the user's access token."""
    pair = sign_ins.begin(user=user)
    return ApiClient(headers={"Authorization": f"Bearer {pair.access}"})
