"""Where every form that takes a password asks: Wagtail's, Django's and the admin API's."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cms.admin_api import credentials
from cms.http.accepted_limit import LimitReachedError
from cms.http.client_key import client_key
from cms.models import User

_NO_REQUEST = "no request"


class LimitedBackend(ModelBackend):
    """Django's, by name or e-mail address, with a limit on wrong passwords."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The account, or None. Above the limit, the request says how long it lasts."""
        if username is None or password is None:
            return None
        client = _NO_REQUEST if request is None else client_key(request)
        try:
            return credentials.check(name=username, password=password, client=client)
        except LimitReachedError as limit:
            if request is not None:
                request.sign_in_again_after = limit.retry_after  # type: ignore[attr-defined]
            # Django asks no other backend then.
            raise PermissionDenied from limit
