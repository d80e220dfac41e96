"""What Wagtail's log has of sign-ins, by session and by token."""

from django.utils.crypto import salted_hmac
from wagtail.log_actions import log

from cms.admin_api.models import SignIn
from cms.models import User

_UNKNOWN = "?"


def has_begun(user: User) -> None:
    """A password was right."""
    log(user, "sign_in.begin", user=user)


def has_failed(account: User | None, name: str) -> None:
    """A password was wrong, or it was right and did not help."""
    _log_attempt("sign_in.fail", account, name)


def is_limited(account: User | None, name: str) -> None:
    """There were so many wrong passwords that none is looked at for a while."""
    _log_attempt("sign_in.limit", account, name)


def has_asked_for_password(account: User) -> None:
    """A mail with a link to a new password goes to the account's address, whoever asked."""
    log(account, "password.ask")


def has_ended(user: User, reason: SignIn.EndReason) -> None:
    """A sign-in is over before its time; by itself it ends without a word."""
    action = "sign_in.reuse" if reason == SignIn.EndReason.REUSED else "sign_in.end"
    log(user, action, user=user, data={"reason": reason.value})


def _log_attempt(action: str, account: User | None, name: str) -> None:
    # What was typed as a name may be a password. The digest tells one guess from another.
    digest = salted_hmac("cms.admin_api.sign_in_log", name.casefold(), algorithm="sha256")
    data = {"name_digest": digest.hexdigest()[:16]}
    if account is None:
        log(User(pk=0), action, title=_UNKNOWN, data=data)
    else:
        log(account, action, data=data)
