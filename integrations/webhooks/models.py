"""Who is told about changes, what they are told, and what became of it."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cms.ops.outbox import OutboxQuerySet, OutboxRow
from integrations.webhooks import signing
from integrations.webhooks.addresses import RefusedURLError, check_url
from integrations.webhooks.event_types import PING, EventType
from integrations.webhooks.failures import Failure

SECRET_OVERLAP = timedelta(hours=24)
"""So long both the new and the former secret sign, after a secret was changed."""


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def active(self) -> Self:
        return self.filter(state=Endpoint.State.ACTIVE)

    def wanting(self, event_type: str) -> Self:
        """Endpoints that messages of ``event_type`` are kept for; paused ones get them later."""
        chosen = Q(event_types=[]) | Q(event_types__contains=[event_type])
        return self.filter(chosen).exclude(state=Endpoint.State.DISABLED)


class Endpoint(models.Model):
    """A URL of a frontend or another program that is told about changes."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Switched off")

    class Reason(models.TextChoices):
        GONE = "gone", _("The receiver answered “410 Gone”: it wants no more messages.")

    url = models.CharField(
        _("address"),
        max_length=2000,
        help_text=_("Where changes are sent to, like https://www.example.org/api/revalidate."),
    )
    description = models.CharField(
        _("description"),
        max_length=200,
        blank=True,
        help_text=_("What is there, and whom to ask when something is wrong."),
    )
    event_types = ArrayField(
        models.CharField(max_length=40, choices=EventType.choices),
        verbose_name=_("what to send"),
        default=list,
        blank=True,
        help_text=_("Nothing chosen: everything, also what is added later."),
    )
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.ACTIVE, editable=False
    )
    state_reason = models.CharField(
        max_length=16, choices=Reason.choices, blank=True, editable=False
    )
    encrypted_secret = models.TextField(editable=False)
    former_encrypted_secret = models.TextField(blank=True, editable=False)
    former_secret_ends_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["url", "pk"]

    def __str__(self) -> str:
        return self.url

    def clean(self) -> None:
        super().clean()
        self.event_types = [name for name in EventType.values if name in self.event_types]
        try:
            check_url(self.url, allow_private=settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES)
        except RefusedURLError as error:
            raise ValidationError({"url": error.message}) from error

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def signing_secrets(self, now: datetime) -> list[str]:
        """Secrets that sign at ``now``, the newest first. Raises `UnreadableSecretError`."""
        encrypted = [self.encrypted_secret]
        if self.former_secret_ends_at and now < self.former_secret_ends_at:
            encrypted.append(self.former_encrypted_secret)
        return [signing.decrypt(each) for each in encrypted]


class _CurrentTransaction(Func):
    """Number of the database's present transaction."""

    template = "(pg_current_xact_id()::text)::bigint"
    output_field = models.BigIntegerField()


def new_webhook_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


class MessageQuerySet(OutboxQuerySet):
    def of_this_transaction(self) -> Self:
        """What the present transaction has recorded.

        Also by age: in a database that was restored from a dump the numbers begin anew.
        """
        recent = Now() - timedelta(days=1)
        return self.filter(transaction_id=_CurrentTransaction(), created_at__gt=recent)


class Message(OutboxRow):
    """One change, written in the transaction that makes it.

    Its job waits until the change is visible everywhere and then makes a `Delivery` for each
    endpoint that wants it.
    """

    task_name: ClassVar[str] = "integrations.webhooks.tasks.announce"
    lease_duration: ClassVar[timedelta] = timedelta(seconds=60)

    webhook_id = models.CharField(max_length=64, unique=True, default=new_webhook_id)
    type = models.CharField(_("event"), max_length=40, choices=[*EventType.choices, (PING, PING)])
    object_type = models.CharField(max_length=100)
    object_id = models.BigIntegerField(null=True)
    locale = models.CharField(max_length=20, null=True)  # noqa: DJ001 - null in the payload, too
    paths = models.JSONField(default=list)
    api_urls = models.JSONField(default=list)
    is_truncated = models.BooleanField(default=False)
    covered_ids = ArrayField(models.BigIntegerField(), default=list)
    """Objects of the same kind whose changes in the same transaction are part of this one: aliases
    of a page, and what is below it."""
    transaction_id = models.BigIntegerField(db_default=_CurrentTransaction(), editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    """When a worker first saw it: the change was committed by then."""

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]  # the base has a class variable

    class Meta(OutboxRow.Meta):
        indexes = [
            *OutboxRow.Meta.indexes,
            # For `of_this_transaction`, at every publish.
            models.Index(fields=["transaction_id"], name="webhooks_message_transaction"),
            # For purging.
            models.Index(fields=["created_at"], name="webhooks_message_created"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_type} {self.object_id or ''}".rstrip()

    @property
    def payload(self) -> dict[str, Any]:
        """What is sent: ``{"type", "timestamp", "data"}``."""
        return {
            "type": self.type,
            "timestamp": self.created_at.isoformat(),
            "data": {
                "id": self.object_id,
                "object": self.object_type,
                "locale": self.locale,
                "paths": self.paths,
                "api_urls": self.api_urls,
                "truncated": self.is_truncated,
            },
        }

    @property
    def body(self) -> bytes:
        """The payload as it is signed and sent, the same bytes at every attempt."""
        return json.dumps(self.payload, ensure_ascii=False, separators=(",", ":")).encode()


class DeliveryQuerySet(OutboxQuerySet):
    def due(self) -> Self:
        """Nothing is sent to endpoints that are paused or switched off."""
        # By a subquery and not by a join: of a join PostgreSQL would look again only at the
        # delivery's own row after waiting for another claim, and both would win.
        return super().due().filter(endpoint__in=Endpoint.objects.active().values("pk"))

    def held(self) -> Self:
        """Deliveries that somebody is at right now."""
        return self.filter(state=OutboxRow.State.WAITING, lease_expires_at__gt=Now())

    def failed(self) -> Self:
        return self.filter(state=OutboxRow.State.DEAD)


class Delivery(OutboxRow):
    """A message on its way to one endpoint."""

    task_name: ClassVar[str] = "integrations.webhooks.tasks.deliver"
    # Three times as long as an attempt may take.
    lease_duration: ClassVar[timedelta] = timedelta(seconds=45)

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")

    objects = DeliveryQuerySet.as_manager()  # type: ignore[misc]  # the base has a class variable

    class Meta(OutboxRow.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            *OutboxRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["message", "endpoint"], name="webhooks_delivery_once_per_endpoint"
            ),
        ]
        indexes = [
            *OutboxRow.Meta.indexes,
            # For the admin's list, newest first.
            models.Index(fields=["-created_at"], name="webhooks_delivery_created"),
        ]

    def __str__(self) -> str:
        return f"{self.message.type} → {self.endpoint.url}"

    @property
    def status_text(self) -> str:
        """The state in words of somebody who waits for it."""
        match self.state:
            case OutboxRow.State.DONE:
                return str(_("delivered"))
            case OutboxRow.State.DEAD:
                return str(_("failed"))
            case OutboxRow.State.CANCELLED:
                return str(_("withdrawn"))
        if not self.endpoint.is_active:
            return str(_("held back"))
        return str(_("trying again") if self.attempts else _("waiting"))


class Attempt(models.Model):
    """One request to an endpoint: either a status, or why there is none."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts_made")
    started_at = models.DateTimeField(_("time"))
    duration_ms = models.PositiveIntegerField(_("duration (ms)"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    failure = models.CharField(_("error"), max_length=32, choices=Failure.choices, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=True) ^ Q(failure=""),
                name="webhooks_attempt_status_or_failure",
            )
        ]

    def __str__(self) -> str:
        return self.result

    @property
    def result(self) -> str:
        """``200``, or the error in words."""
        return str(self.status) if self.status else str(self.get_failure_display())
