"""Sign-ins by token: begun with a password, carried on by refresh tokens, ended in many ways."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.db.models.functions import Least, Now
from django.utils.crypto import constant_time_compare

from cms.admin_api import sign_in_log
from cms.admin_api.models import RefreshToken, SignIn
from cms.admin_api.tokens import new_access_token, new_refresh_token, refresh_token_hash
from cms.models import User

ADMIN_ACCESS = "wagtailadmin.access_admin"
REFRESHABLE_FOR = timedelta(days=7)
LONGEST_SIGN_IN = timedelta(days=30)
TOGETHER = timedelta(seconds=10)
"""Two tabs may send the same refresh token within this time."""


@dataclass(frozen=True)
class TokenPair:
    access: str
    refresh: str


def find_signed_in(*, sign_in_id: UUID, user_id: str) -> User | None:
    """Who is signed in, as of now: the sign-in lasts and the account may still have it."""
    sign_in = SignIn.objects.lasting().select_related("user").filter(pk=sign_in_id).first()
    if sign_in is None or str(sign_in.user_id) != user_id:
        return None
    reason = _reason_to_end(sign_in)
    if reason is not None:
        _end(sign_in, reason)
        return None
    user: User = sign_in.user
    return user


@transaction.atomic
def begin(*, user: User) -> TokenPair:
    """Sign in a user whose password has been checked."""
    update_last_login(User, user)
    sign_in_log.has_begun(user)
    sign_in = SignIn.objects.create(
        user=user,
        password_digest=user.get_session_auth_hash(),
        expires_at=Now() + REFRESHABLE_FOR,
    )
    return _new_pair(sign_in)


@transaction.atomic
def refresh(*, token: str) -> TokenPair | None:
    """A new pair for a refresh token that was not used before; None for any other.

    One that was used earlier than `TOGETHER` ago has been in two hands: its sign-in ends.
    """
    found = RefreshToken.objects.filter(token_hash=refresh_token_hash(token)).first()
    if found is None:
        return None
    # One after the other: whoever comes second finds the token used.
    sign_in = SignIn.objects.lasting().select_for_update(of=("self",)).select_related("user")
    family = sign_in.filter(pk=found.sign_in_id).first()
    if family is None:
        return None
    reason = _reason_to_end(family)
    if reason is None and not _use(found):
        reason = _reuse(found)
        if reason is None:
            return None
    if reason is not None:
        _end(family, reason)
        return None
    longest = SignIn.objects.filter(pk=family.pk)
    longest.update(expires_at=Least(Now() + REFRESHABLE_FOR, family.started_at + LONGEST_SIGN_IN))
    return _new_pair(family)


@transaction.atomic
def end(*, token: str) -> None:
    """End the sign-in that a refresh token belongs to, used or not; nothing for any other text."""
    families = SignIn.objects.filter(refresh_tokens__token_hash=refresh_token_hash(token))
    family = families.select_related("user").first()
    if family is not None:
        _end(family, SignIn.EndReason.SIGNED_OUT)


def end_what_is_lost(*, user: User) -> None:
    """End the sign-ins of a user who was deactivated or has another password now."""
    for sign_in in SignIn.objects.lasting().filter(user=user):
        sign_in.user = user
        reason = _reason_to_end(sign_in)
        if reason is not None:
            _end(sign_in, reason)


def end_all_that_are_lost() -> None:
    """The same for everybody: after a change that may have met many."""
    # Each with its account as stored now, without permissions that were looked up before.
    for sign_in in SignIn.objects.lasting().select_related("user"):
        reason = _reason_to_end(sign_in)
        if reason is not None:
            _end(sign_in, reason)


def _end(sign_in: SignIn, reason: SignIn.EndReason) -> None:
    if SignIn.objects.filter(pk=sign_in.pk).end(reason):
        sign_in_log.has_ended(sign_in.user, reason)


def _new_pair(sign_in: SignIn) -> TokenPair:
    refresh_token = new_refresh_token()
    RefreshToken.objects.create(sign_in=sign_in, token_hash=refresh_token_hash(refresh_token))
    access = new_access_token(user_id=sign_in.user_id, sign_in_id=sign_in.pk)
    return TokenPair(access, refresh_token)


def _use(token: RefreshToken) -> bool:
    return bool(RefreshToken.objects.filter(pk=token.pk, used_at=None).update(used_at=Now()))


def _reuse(token: RefreshToken) -> SignIn.EndReason | None:
    used_long_ago = RefreshToken.objects.filter(pk=token.pk, used_at__lt=Now() - TOGETHER)
    return SignIn.EndReason.REUSED if used_long_ago.exists() else None


def _reason_to_end(sign_in: SignIn) -> SignIn.EndReason | None:
    user: User = sign_in.user
    if not user.is_active:
        return SignIn.EndReason.DEACTIVATED
    if not _has_password_of(sign_in, user):
        return SignIn.EndReason.PASSWORD_CHANGED
    if not user.has_perm(ADMIN_ACCESS):
        return SignIn.EndReason.NO_ACCESS
    return None


def _has_password_of(sign_in: SignIn, user: User) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(sign_in.password_digest, each) for each in hashes)
