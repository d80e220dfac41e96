"""Drafts that editors are looking at, kept until the frontend has asked for them."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from cms.derived_tokens import (
    DIGEST_LENGTH,
    NONCE_LENGTH,
    derive_token,
    digest,
    is_token_of,
    new_nonce,
)

LIFETIME = timedelta(minutes=15)
PURPOSE = "preview"


class PreviewQuerySet(models.QuerySet["Preview"]):
    def expired(self) -> "PreviewQuerySet":
        return self.filter(expires_at__lte=timezone.now())

    def of_session(self, session_key: str) -> "PreviewQuerySet":
        return self.filter(session_digest=digest(session_key))

    def opened_by(self, token: str) -> "Preview | None":
        """The preview of ``token``, as long as it and its editor's sign-in are valid."""
        waiting = self.filter(token_hash=digest(token), expires_at__gt=timezone.now())
        preview = waiting.select_related("user").first()
        return preview if preview and preview.is_opened_by(token) else None

    @transaction.atomic
    def purge_expired(self) -> int:
        """Delete what has expired; rows that another request is deleting are left to it."""
        unclaimed = self.expired().order_by().select_for_update(skip_locked=True)
        deleted, _by_model = self.model._default_manager.filter(
            pk__in=unclaimed.values("pk")
        ).delete()
        return deleted

    def keep(
        self, draft: models.Model, *, user: Any, session_key: str, mode: str, is_form: bool
    ) -> str:
        """Keep ``draft`` for 15 minutes and answer the token that opens it.

        The form of an object (``is_form``) has one token for each session and mode, however often
        it is refreshed; what is saved has one for each version.
        """
        content = draft.serializable_data()  # type: ignore[attr-defined]  # of anything revisable
        values = {
            "user": user,
            "password_digest": digest(user.get_session_auth_hash()),
            "draft": content,
            "expires_at": timezone.now() + LIFETIME,
        }
        new = self.model()
        preview, _created = self.update_or_create(
            session_digest=digest(session_key),
            content_type=ContentType.objects.get_for_model(draft),
            target=_target(draft, content, is_form=is_form),
            mode=mode,
            defaults=values,
            create_defaults={
                **values,
                "id": new.pk,
                "nonce": new.nonce,
                "token_hash": digest(new.token),
            },
        )
        return preview.token


class Preview(models.Model):
    """One draft as one editor sees it in one mode.

    Of the session, the password and the token only digests are stored. ``draft`` is what
    ``serializable_data`` of the object answered, as in Wagtail's revisions.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_digest = models.CharField(max_length=DIGEST_LENGTH)
    password_digest = models.CharField(max_length=DIGEST_LENGTH)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=300)
    mode = models.CharField(max_length=20, blank=True)
    draft = models.JSONField(encoder=DjangoJSONEncoder)
    nonce = models.CharField(max_length=NONCE_LENGTH, default=new_nonce)
    token_hash = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = PreviewQuerySet.as_manager()
    # Wagtail would note after each refresh to whom and to what the row belongs.
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session_digest", "content_type", "target", "mode"],
                name="content_preview_one_per_target",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.mode}".rstrip()

    @property
    def token(self) -> str:
        return derive_token(purpose=PURPOSE, row_id=self.pk, nonce=self.nonce)

    def is_opened_by(self, token: str) -> bool:
        return (
            is_token_of(token, purpose=PURPOSE, row_id=self.pk, nonce=self.nonce)
            and self.user.is_active
            and self.password_digest in _password_digests(self.user)
            and self.user.has_perm("wagtailadmin.access_admin")
        )

    def restore(self) -> Any:
        """The draft as an unsaved object of its model; ``None`` when its object was deleted.

        Of a form for something new the id is 0, which nothing saved ever has.
        """
        model: Any = self.content_type.model_class()
        if self.draft["pk"] is None:
            restored = model.from_serializable_data(self.draft)
            if restored is not None:
                restored.id = restored.pk = 0
            return restored
        current = model._default_manager.filter(pk=self.draft["pk"]).first()
        if current is None:
            return None
        restored = current.with_content_json(self.draft)
        # A revision remembers when the one before it was published.
        for name in ("first_published_at", "last_published_at"):
            setattr(restored, name, getattr(current, name))
        return restored


def _target(draft: Any, content: dict[str, Any], *, is_form: bool) -> str:
    """What is looked at: a form, by its object or its place; what is saved, by its content.

    A version that was saved does not know its own number here.
    """
    if draft.pk is None:
        parent = getattr(draft, "path", "")[: -getattr(draft, "steplen", 1)]
        return f"new:{parent or draft.locale_id}"
    if is_form:
        return f"form:{draft.pk}"
    saved = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True)
    return f"saved:{draft.pk}:{digest(saved)}"


def _password_digests(user: AbstractBaseUser) -> Sequence[str]:
    """Digests that a sign-in with the user's present password may have stored."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return [digest(one) for one in hashes]
