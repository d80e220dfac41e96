"""Names and passwords, and how many wrong ones may be tried.

An attempt counts from its beginning and is taken back when the password was right. So exactly as
many as the limit allows can be wrong, however many are tried at once, and no lock is held while a
password is hashed.

Who is told to wait depends on what was typed and on the client alone, never on what was found: or
the answers would tell which names and addresses have an account, and which of them the same one.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from cms.admin_api import sign_in_log
from cms.http.accepted_limit import LimitReachedError, accept_one, forget
from cms.models import AcceptedRequest, User

PERIOD = timedelta(minutes=5)
MOST_PER_ACCOUNT_AND_CLIENT = 5
MOST_PER_CLIENT = 20
PASSWORD_MAIL_PERIOD = timedelta(hours=1)
MOST_PASSWORD_MAILS = 5
MOST_PASSWORD_ASKS_PER_CLIENT = 20

_OF_NAME = "sign_in.name"
_OF_ACCOUNT = "sign_in.account"
_OF_CLIENT = "sign_in.client"
_REPORTED = "sign_in.reported"
_OF_MAIL = "password.mail"
_OF_ASKING = "password.ask"


@dataclass(frozen=True)
class _Attempt:
    """``is_held``: the account has had its wrong passwords, though under another of its names."""

    name_key: str
    account_key: str
    row: AcceptedRequest
    is_held: bool


def check(*, name: str, password: str, client: str, permission: str | None = None) -> User | None:
    """The active account of that name or e-mail address, if the password is its own.

    ``client``: as `cms.http.client_key.client_key` says it. ``permission``: one that the account
    must have, too. Every failure takes the time of hashing a password, and is in Wagtail's log.
    Raises `LimitReachedError`, which is in the log once in each period.
    """
    account = _find(name)
    attempt = _begin(account, name, client)
    if account is None or attempt.is_held:
        User().set_password(password)
    if (
        account is None
        or attempt.is_held
        or not account.check_password(password)
        or not account.is_active
        or (permission and not account.has_perm(permission))
    ):
        sign_in_log.has_failed(account, name)
        return None
    with transaction.atomic():
        forget(scope=_OF_NAME, client=attempt.name_key)
        forget(scope=_OF_ACCOUNT, client=attempt.account_key)
        attempt.row.delete()
    return account


def may_ask_for_password(account: User) -> bool:
    """Count one more mail with a link to a new password, as many as anybody may cause in an hour.

    More would fill a mailbox and the log. False if there were so many.
    """
    key = _digest("password mail", str(account.pk))
    return _may_ask(_OF_MAIL, key, most=MOST_PASSWORD_MAILS)


def client_may_ask_for_password(client: str) -> bool:
    """Count one more time that ``client`` asks, for whatever address.

    So nobody sends mails to all the accounts there are, or tries addresses. False after too many.
    """
    return _may_ask(_OF_ASKING, client, most=MOST_PASSWORD_ASKS_PER_CLIENT)


def _may_ask(scope: str, key: str, *, most: int) -> bool:
    try:
        with transaction.atomic():
            accept_one(scope=scope, client=key, limit=most, period=PASSWORD_MAIL_PERIOD)
    except LimitReachedError:
        return False
    return True


def _find(name: str) -> User | None:
    address = name.strip().casefold()
    # Some accounts have no address.
    is_address = Q(email=address) if address else Q(pk=None)
    found = User.objects.filter(Q(username=name) | is_address)
    # Somebody's name may look like somebody else's address.
    return min(found, key=lambda user: user.username != name, default=None)


def _begin(account: User | None, name: str, client: str) -> _Attempt:
    name_key = _digest("name", client, name.strip().casefold())
    account_key = _digest("account", client, str(account.pk) if account else "")
    limited_key = name_key
    try:
        with transaction.atomic():
            _count(_OF_NAME, name_key)
            limited_key = client
            row = accept_one(scope=_OF_CLIENT, client=client, limit=MOST_PER_CLIENT, period=PERIOD)
    except LimitReachedError:
        _report(account, name, limited_key)
        raise
    is_held = account is not None and not _may_try(account_key)
    return _Attempt(name_key, account_key, row, is_held)


def _count(scope: str, key: str) -> None:
    accept_one(scope=scope, client=key, limit=MOST_PER_ACCOUNT_AND_CLIENT, period=PERIOD)


def _may_try(account_key: str) -> bool:
    try:
        with transaction.atomic():
            _count(_OF_ACCOUNT, account_key)
    except LimitReachedError:
        return False
    return True


def _report(account: User | None, name: str, key: str) -> None:
    """One entry for each limit and period: going on trying must not fill the log."""
    try:
        with transaction.atomic():
            accept_one(scope=_REPORTED, client=key, limit=1, period=PERIOD)
            sign_in_log.is_limited(account, name)
    except LimitReachedError:
        return


def _digest(*parts: str) -> str:
    text = "\n".join(parts)
    return salted_hmac("cms.admin_api.credentials", text, algorithm="sha256").hexdigest()
