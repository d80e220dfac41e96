"""Messages of visitors, what the staff notes about them, and how they are dealt with."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from cms.api.words import fold, folded_words
from integrations.contact.states import Source, State, Suspicion
from integrations.mail.services import InvalidAddressError, parse_address

LONGEST_NAME = LONGEST_SUBJECT = 200
LONGEST_ADDRESS = 254
LONGEST_MESSAGE = 5000


class ContactMessageQuerySet(models.QuerySet["ContactMessage"]):
    def unread(self) -> Self:
        """What somebody should look at: new, and opened by nobody."""
        return self.filter(state=State.NEW, first_read_at=None)

    def awaiting_review(self) -> Self:
        """Held as spam by a rule, and opened by nobody."""
        return self.filter(state=State.SPAM, first_read_at=None).exclude(suspicion=Suspicion.NONE)

    def search(self, text: str) -> Self:
        """What has every word of ``text``, accents and case making no difference."""
        words = folded_words(text)
        each_word = (Q(search_text__contains=word) for word in words)
        return self.filter(*each_word) if words else self.none()


class ContactMessage(models.Model):
    """What a visitor has written, as it was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    received_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    email = models.CharField(_("email address"), max_length=LONGEST_ADDRESS)
    canonical_email = models.CharField(max_length=LONGEST_ADDRESS, editable=False)
    """In lower case, domain in punycode: the same for every way to write one address."""
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT, blank=True)
    message = models.TextField(_("message"), max_length=LONGEST_MESSAGE)
    locale = models.CharField(_("language"), max_length=20)
    has_consented = models.BooleanField(_("agreed that it is kept"), default=False)
    source = models.CharField(_("sent by"), max_length=8, choices=Source.choices)
    suspicion = models.CharField(
        _("held because"), max_length=16, choices=Suspicion.choices, blank=True
    )

    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.NEW, db_index=True
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    first_read_at = models.DateTimeField(null=True, editable=False)
    staff_told_at = models.DateTimeField(null=True, editable=False)
    """When a mail about it was written to whoever the settings name."""
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    """When the sender was written that the message has arrived, if so."""
    search_text = models.TextField(editable=False)
    """What the sender wrote, as `ContactMessageQuerySet.search` compares it."""

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ("view", "change", "delete")
        ordering: ClassVar[list[str]] = ["-received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="contact_message_state_known"
            )
        ]
        indexes = [
            # For the inbox, newest first, and for erasing what is old.
            models.Index(fields=["-received_at", "id"], name="contact_message_received"),
            # For all messages of a person.
            models.Index(fields=["canonical_email"], name="contact_message_email"),
            # For the number in the menu, on every page of the admin.
            models.Index(
                fields=["state"], condition=Q(first_read_at=None), name="contact_message_unread"
            ),
            # For how many acknowledgements have gone out lately.
            models.Index(
                fields=["acknowledged_at"],
                condition=~Q(acknowledged_at=None),
                name="contact_message_acknowledged",
            ),
        ]

    def __str__(self) -> str:
        # Without name and address: this goes to Wagtail's log, which outlives the message.
        return f"{self._meta.verbose_name} {str(self.pk)[:8]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") is None:
            written = (self.name, self.email, self.subject, self.message)
            self.search_text = fold(" ".join(written))
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        """What it is about, in one line."""
        return self.subject or Truncator(" ".join(self.message.split())).chars(80)

    @property
    def is_unread(self) -> bool:
        return self.first_read_at is None

    @property
    def mail_reference(self) -> str:
        return mail_reference(self.pk)


def mail_reference(message_id: object) -> str:
    """What the mails about a message are found by."""
    return f"contact:{message_id}"


class Note(models.Model):
    """What somebody of the staff has noted; never shown to the sender."""

    message = models.ForeignKey(ContactMessage, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(_("note"), max_length=LONGEST_MESSAGE)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


NOBODY_IS_TOLD = _(
    "Nobody is told of new messages: no address is named in the settings of the contact form."
)


def first_recipients() -> str:
    return "\n".join(settings.CONTACT_RECIPIENTS)


@register_setting(icon="mail", order=110)
class ContactSettings(BaseGenericSetting):
    """How messages of visitors are dealt with."""

    recipients = models.TextField(
        _("tell these people"),
        blank=True,
        default=first_recipients,
        help_text=_(
            "One email address a line. Each gets every new message that is not held as spam."
        ),
    )
    sends_acknowledgement = models.BooleanField(
        _("tell the sender that the message has arrived"),
        default=False,
        help_text=_(
            "The mail repeats nothing of the message, and nobody gets more than one in a day."
        ),
    )
    held_senders = models.TextField(
        _("hold messages of"),
        blank=True,
        help_text=_(
            "One email address or domain a line, as mailinator.com. Messages from there are held as"
            " spam for somebody to look at; nothing is thrown away."
        ),
    )
    retention_days = models.PositiveIntegerField(
        _("keep messages for so many days"),
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Afterwards they are erased with their notes."),
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "recipients",
                    help_text=_(
                        "One email address a line. Each gets every new message that is not held as "
                        "spam. Without an address nobody is told: somebody has to look at the "
                        "messages."
                    ),
                ),
                FieldPanel("sends_acknowledgement"),
            ],
            _("Mails"),
        ),
        FieldPanel("held_senders"),
        FieldPanel("retention_days"),
    ]

    class Meta:
        verbose_name = _("contact form")
        default_permissions = ("change",)

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def recipient_addresses(self) -> list[str]:
        return list(dict.fromkeys(self.recipients.split()))

    def holds(self, canonical_email: str) -> bool:
        """Whether messages of this address are held: it is named, or a domain that it is in."""
        named = set(self.held_senders.split())
        labels = canonical_email.rpartition("@")[2].split(".")
        domains = {".".join(labels[start:]) for start in range(len(labels))}
        return bool(named & {canonical_email, *domains})

    def clean(self) -> None:
        super().clean()
        errors: dict[str, ValidationError] = {}
        for address in self.recipient_addresses:
            try:
                parse_address(address)
            except InvalidAddressError:
                errors["recipients"] = _problem(_("%(text)s is not an email address."), address)
        held = []
        for text in self.held_senders.split():
            try:
                held.append(_canonical_sender(text))
            except InvalidAddressError:
                problem = _("%(text)s is neither an email address nor a domain.")
                errors["held_senders"] = _problem(problem, text)
        if errors:
            raise ValidationError(errors)
        self.held_senders = "\n".join(dict.fromkeys(held))


def _canonical_sender(text: str) -> str:
    """An address or a domain as `ContactSettings.holds` compares it."""
    local_part, _at, domain = text.rpartition("@")
    canonical = parse_address(f"{local_part or 'anybody'}@{domain}").canonical
    return canonical if local_part else canonical.rpartition("@")[2]


def _problem(message: Any, text: str) -> ValidationError:
    return ValidationError(message, params={"text": text})
