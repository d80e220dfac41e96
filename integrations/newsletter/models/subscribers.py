"""Who gets the newsletter, how that came about, and what visitors have just asked for."""

import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Concat, Lower, Now
from django.utils.translation import gettext_lazy as _

from cms.api.words import folded_words
from cms.derived_tokens import DIGEST_LENGTH
from cms.ops.outbox import OutboxRow
from cms.text_rules import validate_one_line
from integrations.mail.services import InvalidAddressError, canonical_address, parse_address
from integrations.newsletter.states import ConsentKind, Route, State

LONGEST_ADDRESS = 254
LONGEST_NAME = 200
LONGEST_SOURCE = 100
LONGEST_LOCALE = 20
LONGEST_CONSENT_SOURCE = 500


class _Folded(models.Func):
    """In lower case and without accents, as `cms.api.words.fold` has it; no extension needed."""

    template = "regexp_replace(normalize(lower(%(expressions)s), NFKD), '[\u0300-\u036f]', '', 'g')"
    output_field = models.TextField()


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def search(self, text: str) -> Self:
        """Whose name and address have every word of ``text``, accents and case making no
        difference; or whose address it is, however it is written.
        """
        words = folded_words(text)
        if not words:
            return self.none()
        written = Concat("name", models.Value(" "), "email", models.Value(" "), "canonical_email")
        has_words = Q(*(Q(folded__contains=word) for word in words))
        found = self.alias(folded=_Folded(written))
        return found.filter(has_words | Q(canonical_email=canonical_address(text)))


class Subscriber(models.Model):
    """One address and what it wants. Changed by `services` alone, which keep the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.CharField(_("email address"), max_length=LONGEST_ADDRESS)
    canonical_email = models.CharField(max_length=LONGEST_ADDRESS, editable=False)
    """In lower case, domain in punycode: the same for every way to write one address."""
    name = models.CharField(
        _("name"), max_length=LONGEST_NAME, blank=True, validators=[validate_one_line]
    )
    locale = models.CharField(_("language"), max_length=LONGEST_LOCALE)
    source = models.CharField(_("place on the website"), max_length=LONGEST_SOURCE, blank=True)
    """In the words of the website, like ``footer``."""
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.PENDING
    )
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)
    asked_at = models.DateTimeField(_("last asked"), db_default=Now(), editable=False)
    """When the subscription was asked for last; unconfirmed ones are erased some time after."""
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, editable=False)
    """When it ended last, whyever; stays until it is confirmed again."""
    unsubscribe_digests = ArrayField(
        models.CharField(max_length=DIGEST_LENGTH), default=list, blank=True, editable=False
    )
    """Of every token to unsubscribe that was ever sent: they work whatever key comes and goes."""

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        default_permissions = ("view", "change", "delete")
        permissions = (
            ("import_subscriber", _("Can import subscribers")),
            ("export_subscriber", _("Can download subscribers")),
        )
        ordering: ClassVar[list[str]] = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_email"],
                name="newsletter_subscriber_once",
                violation_error_message=_("This address is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(canonical_email=Lower("canonical_email")),
                name="newsletter_subscriber_canonical",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="newsletter_subscriber_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="newsletter_subscriber_confirmed_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.PENDING, State.CONFIRMED)) | Q(left_at__isnull=False),
                name="newsletter_subscriber_left_once",
            ),
        ]
        indexes = [
            # For the list in the admin, newest first.
            models.Index(fields=["-created_at", "id"], name="newsletter_subscriber_newest"),
            # For lists and counts of one state, and for all who get the newsletter.
            models.Index(fields=["state", "-created_at"], name="newsletter_subscriber_state"),
            # For what was never confirmed and is to be erased.
            models.Index(
                fields=["asked_at"],
                condition=Q(state=State.PENDING),
                name="newsletter_subscriber_pending",
            ),
        ]

    def __str__(self) -> str:
        # Without name and address: this goes to Wagtail's log, which outlives the person's data.
        return f"{self._meta.verbose_name} {str(self.pk)[:8]}"

    def clean(self) -> None:
        super().clean()
        try:
            self.canonical_email = parse_address(self.email).canonical
        except InvalidAddressError as error:
            raise ValidationError({"email": _("Enter a valid email address.")}) from error

    @property
    def mail_reference(self) -> str:
        """What the mails to a subscriber are found by."""
        return f"newsletter:{self.pk}"


class Confirmation(models.Model):
    """A link that was mailed to confirm a subscription, with what is confirmed by it: whoever types
    in the same address later changes nothing of that.
    """

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="confirmations"
    )
    token_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    locale = models.CharField(max_length=LONGEST_LOCALE)
    wording = models.TextField()
    """What stood in the mail, in its language."""
    wording_version = models.CharField(max_length=40)
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ConsentEntry(models.Model):
    """What somebody agreed to or withdrew. The database refuses changes, and deletion but for the
    erasure of the person (`ledger`).
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(_("what"), max_length=16, choices=ConsentKind.choices)
    route = models.CharField(_("by way of"), max_length=16, choices=Route.choices)
    recorded_at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    asked_at = models.DateTimeField(null=True)
    """When it was said, if that was earlier: a form waits for the worker, a list was imported."""
    wording = models.TextField(_("wording"), blank=True)
    wording_version = models.CharField(_("version"), max_length=40, blank=True)
    locale = models.CharField(_("language"), max_length=LONGEST_LOCALE, blank=True)
    source = models.CharField(_("source"), max_length=LONGEST_CONSENT_SOURCE, blank=True)
    """The form, in the website's words; for imports, where the consent is kept."""
    client = models.CharField(max_length=64, blank=True)
    """A keyed digest of the network that it came from (`cms.http.client_key`)."""

    class Meta:
        verbose_name = _("entry of the consent ledger")
        verbose_name_plural = _("consent ledger")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ConsentKind.values), name="newsletter_consent_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ConsentKind.CONFIRMED) | ~(Q(wording="") | Q(wording_version="")),
                name="newsletter_consent_has_wording",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ConsentKind.IMPORTED) | ~Q(source=""),
                name="newsletter_consent_has_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ErasedAddress(models.Model):
    """A person who was erased at their wish, as a keyed digest that tells nobody who it was: no
    import brings them back.
    """

    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    erased_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class SignupRequest(OutboxRow):
    """What a visitor has sent. The worker looks whether the address is known: so the visitor's
    answer comes after the same work whatever is known. Deleted when it is done.
    """

    task_name: ClassVar[str] = "integrations.newsletter.tasks.process_request"
    lease_duration: ClassVar[timedelta] = timedelta(seconds=60)

    email = models.CharField(max_length=LONGEST_ADDRESS)
    canonical_email = models.CharField(max_length=LONGEST_ADDRESS, db_index=True)
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    locale = models.CharField(max_length=LONGEST_LOCALE)
    source = models.CharField(max_length=LONGEST_SOURCE, blank=True)
    route = models.CharField(max_length=16, choices=Route.choices)
    client = models.CharField(max_length=64, blank=True)
    is_trapped = models.BooleanField(default=False)
    """A program has filled in the field that people do not see."""

    class Meta(OutboxRow.Meta):
        verbose_name = _("request for the newsletter")
        verbose_name_plural = _("requests for the newsletter")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
