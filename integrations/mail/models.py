"""Mails on their way out, every attempt to send them, and the way they take."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, Exists, F, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.ops.outbox import OutboxQuerySet, OutboxRow
from cms.secret_links import without_tokens
from integrations.mail.progress import AttemptResult, EventKind, MailStatus, Progress

LONGEST_ADDRESS = 254


class Channel(models.Model):
    """The way through one provider. Closed as long as nothing can leave by it."""

    class State(models.TextChoices):
        OPEN = "open", _("in order")
        RESTING = "resting", _("unavailable")
        PAUSED = "paused", _("refused")

    provider = models.CharField(_("provider"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    failures = models.PositiveIntegerField(default=0)
    """In a row, of whatever mail."""
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("way out")
        verbose_name_plural = _("ways out")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, probe_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False, probe_at__isnull=False)),
                name="mail_channel_open_or_closed_since",
            )
        ]

    def __str__(self) -> str:
        return self.provider

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


def closed_channels() -> models.QuerySet[Channel]:
    """The present provider's way, if it is closed."""
    return Channel.objects.filter(provider=settings.EMAIL_PROVIDER).exclude(
        state=Channel.State.OPEN
    )


class OutgoingMailQuerySet(OutboxQuerySet):
    def due(self) -> Self:
        """Nothing is tried while nothing can leave."""
        return super().due().filter(~Exists(closed_channels()))

    def waiting_unheld(self) -> Self:
        unheld = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now())
        return self.filter(unheld, state=OutboxRow.State.WAITING)

    def failed(self) -> Self:
        return self.filter(state=OutboxRow.State.DEAD)

    def with_status(self) -> Self:
        """Annotated with what `OutgoingMail.status` says, for filters and order."""
        is_held = Q(lease_expires_at__gt=Now())
        return self.annotate(
            current_status=Case(
                When(state=OutboxRow.State.DEAD, then=Value(MailStatus.FAILED)),
                When(state=OutboxRow.State.CANCELLED, then=Value(MailStatus.CANCELLED)),
                When(state=OutboxRow.State.DONE, then=F("progress")),
                When(is_held, then=Value(MailStatus.SENDING)),
                default=Value(MailStatus.QUEUED),
                output_field=models.CharField(),
            )
        )


class ProbeQuerySet(OutgoingMailQuerySet):
    """Waiting mails that may be tried although the way is closed, to see whether it still is."""

    def due(self) -> Self:
        return self.waiting_unheld()


class OutgoingMail(OutboxRow):
    """One mail to one recipient, complete as it will leave, but for what the provider adds."""

    task_name: ClassVar[str] = "integrations.mail.tasks.deliver"
    # Three times as long as an attempt may take.
    lease_duration: ClassVar[timedelta] = timedelta(seconds=90)

    message_id = models.CharField(_("Message-ID"), max_length=320, unique=True)
    """The same at every attempt, with the angle brackets of RFC 5322."""
    template = models.CharField(_("kind"), max_length=64, blank=True)
    """The template it was built from, or empty for Django's and Wagtail's own mails."""
    reference = models.CharField(max_length=120, blank=True)
    """What it is about, in the words of the app that asked for it, like ``contact:17``."""
    language = models.CharField(_("language"), max_length=20, blank=True)

    sender = models.CharField(_("from"), max_length=400)
    recipient = models.CharField(_("to"), max_length=LONGEST_ADDRESS)
    recipient_name = models.CharField(max_length=200, blank=True)
    canonical_recipient = models.CharField(max_length=LONGEST_ADDRESS, editable=False)
    """Lower case, domain in punycode: the same for every way to write one address."""
    reply_to = models.CharField(_("answers to"), max_length=LONGEST_ADDRESS, blank=True)
    subject = models.CharField(_("subject"), max_length=400)
    text_body = models.TextField(blank=True)
    """For its recipient; everybody else reads `readable_text`."""
    html_body = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    queued_at = models.DateTimeField(_("queued"), default=timezone.now, editable=False)
    """When it was asked for, or asked for again, and later by the time for which the way was closed
    since: what is too old is given up.
    """
    progress = models.CharField(max_length=16, choices=Progress.choices, blank=True)
    """What became of it after a provider took it; moves only forward."""
    progress_at = models.DateTimeField(null=True)
    is_unconfirmed = models.BooleanField(default=False)
    """A provider said yes, but not in words that can be read."""
    is_suppressed = models.BooleanField(default=False)
    """Withdrawn, because the recipient's address takes no more mail."""
    provider = models.CharField(_("provider"), max_length=40, blank=True)
    provider_message_id = models.CharField(max_length=320, blank=True)

    objects = OutgoingMailQuerySet.as_manager()  # type: ignore[misc]  # the base has a class variable
    probes = ProbeQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        default_manager_name = "objects"
        indexes = [
            *OutboxRow.Meta.indexes,
            # For the admin's list, newest first, and for purging.
            models.Index(fields=["-created_at"], name="mail_outgoingmail_created"),
            # For all mails of a person, and for what an app has asked for.
            models.Index(fields=["canonical_recipient"], name="mail_outgoingmail_recipient"),
            models.Index(
                fields=["reference"],
                condition=~Q(reference=""),
                name="mail_outgoingmail_reference",
            ),
            # For delivery events that know only the provider's own number.
            models.Index(
                fields=["provider_message_id"],
                condition=~Q(provider_message_id=""),
                name="mail_outgoingmail_provider_id",
            ),
        ]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state=OutboxRow.State.DONE) | ~Q(progress=""),
                name="mail_outgoingmail_done_has_progress",
            ),
        ]

    def __str__(self) -> str:
        # Without the address: this goes to Wagtail's log.
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def status(self) -> MailStatus:
        """The state in the words of somebody who waits for it."""
        match self.state:
            case OutboxRow.State.DEAD:
                return MailStatus.FAILED
            case OutboxRow.State.CANCELLED:
                return MailStatus.CANCELLED
            case OutboxRow.State.DONE:
                return MailStatus(self.progress)
        is_held = self.lease_expires_at is not None and self.lease_expires_at > timezone.now()
        return MailStatus.SENDING if is_held else MailStatus.QUEUED

    @property
    def status_text(self) -> str:
        if self.status == MailStatus.SENT and self.is_unconfirmed:
            return str(_("sent, unconfirmed"))
        return str(self.status.label)

    @property
    def readable_text(self) -> str:
        """The text without what lets somebody act for its recipient. Empty for mails that Django
        and Wagtail write, as those for new passwords: nobody knows what they hold.
        """
        return without_tokens(self.text_body) if self.template else ""


class Attachment(models.Model):
    """A file that goes along with a mail."""

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=255)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.content_type


class Attempt(models.Model):
    """One try to hand a mail to a provider, and what was answered."""

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="attempts_made")
    provider = models.CharField(_("provider"), max_length=40)
    started_at = models.DateTimeField(_("time"))
    duration_ms = models.PositiveIntegerField(_("duration (ms)"))
    result = models.CharField(_("result"), max_length=16, choices=AttemptResult.choices)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    """Of HTTP or SMTP; none when nothing was answered."""
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        text = str(self.get_result_display())
        return f"{text} ({self.status})" if self.status else text


class DeliveryEvent(models.Model):
    """What a provider has told about a mail, once for each event of it."""

    provider = models.CharField(_("provider"), max_length=40)
    event_id = models.CharField(max_length=64)
    """A digest of the provider's own id, whatever its form and length."""
    mail = models.ForeignKey(
        OutgoingMail, on_delete=models.SET_NULL, null=True, related_name="events"
    )
    kind = models.CharField(_("event"), max_length=16, choices=EventKind.choices)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    occurred_at = models.DateTimeField(_("time"))
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        ordering = ["occurred_at", "pk"]
        indexes = [
            # For purging.
            models.Index(fields=["received_at"], name="mail_deliveryevent_received"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="mail_event_once"),
            # Servers quote addresses, so the words go with the mail (`retention.erase`). The event
            # stays, that it does not count again.
            models.CheckConstraint(
                condition=Q(mail__isnull=False) | Q(detail=""), name="mail_event_words_with_mail"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class AddressKey(models.Model):
    """The key of the digests in `Suppression`, encrypted under `SECRET_KEY`."""

    encrypted = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class Suppression(models.Model):
    """An address that takes no more mail, as a digest that tells nobody which."""

    digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=16, choices=EventKind.choices)
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("address without mail")
        verbose_name_plural = _("addresses without mail")

    def __str__(self) -> str:
        return str(self.pk)
