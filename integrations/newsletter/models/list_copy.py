"""The copy of the list at a provider: what is to be told it, and how the two differ."""

from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.ops.outbox import OutboxQuerySet, OutboxRow
from integrations.mail.models import Channel
from integrations.newsletter.models.subscribers import LONGEST_ADDRESS


def way_key() -> str:
    """By which the state of the way to the provider is kept, apart from that of mail."""
    return f"list:{settings.NEWSLETTER_PROVIDER}"


class ListEntryQuerySet(OutboxQuerySet):
    def due(self) -> Self:
        """Nothing is tried without a provider, or while it takes nothing."""
        closed = Channel.objects.filter(provider=way_key()).exclude(state=Channel.State.OPEN)
        return self.reachable().filter(~Exists(closed))

    def reachable(self) -> Self:
        rows = super().due()
        return rows.none() if settings.NEWSLETTER_PROVIDER == "none" else rows

    def waiting(self) -> Self:
        return self.filter(state=OutboxRow.State.WAITING)

    def failed(self) -> Self:
        return self.filter(state=OutboxRow.State.DEAD)


class ProbeQuerySet(ListEntryQuerySet):
    """What may be tried although the way is closed, to see whether it still is."""

    def due(self) -> Self:
        unheld = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now())
        return self.waiting().filter(unheld)


class ListEntry(OutboxRow):
    """One address on the list at the provider, or off it.

    Waiting as long as the provider may not know the present state of the subscription, which is
    read at each attempt. There is one row for each address, so nothing overtakes anything; it
    outlives an erased subscriber until the provider has forgotten the address, too.
    """

    task_name: ClassVar[str] = "integrations.newsletter.tasks.sync_entry"
    # An attempt is some requests at most, of 30 seconds each.
    lease_duration: ClassVar[timedelta] = timedelta(minutes=4)

    canonical_address = models.CharField(
        _("email address"), max_length=LONGEST_ADDRESS, unique=True
    )
    """So it is put on the list, too: in lower case, domain in punycode."""
    revision = models.PositiveIntegerField(default=1)
    """Counts the changes: whoever has told the provider an older one is not done."""
    queued_at = models.DateTimeField(default=timezone.now)
    """When it changed last, and later by the time for which the way was closed since."""
    list_name = models.CharField(max_length=300, blank=True)
    """The list that the following is about; of another one nothing is known."""
    is_on_list = models.BooleanField(_("on the list"), null=True)
    job = models.CharField(max_length=200, blank=True)
    """What the provider has taken note of and may not have done yet."""
    job_adds = models.BooleanField(default=False)
    job_revision = models.PositiveIntegerField(default=0)
    job_since = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(_("in step since"), null=True)

    objects = ListEntryQuerySet.as_manager()  # type: ignore[misc]  # the base has a class variable
    probes = ProbeQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        verbose_name = _("address on the provider’s list")
        verbose_name_plural = _("addresses on the provider’s list")
        default_permissions = ()
        default_manager_name = "objects"
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(canonical_address=Lower("canonical_address")),
                name="newsletter_listentry_canonical",
            ),
            models.CheckConstraint(
                condition=Q(job="") | Q(job_since__isnull=False),
                name="newsletter_listentry_job_since",
            ),
        ]

    def __str__(self) -> str:
        # Without the address: this goes to logs and alarms.
        return f"{self._meta.verbose_name} {self.pk}"


class ListComparison(OutboxRow):
    """One comparison of the list at the provider with ours, and what it found."""

    task_name: ClassVar[str] = "integrations.newsletter.tasks.compare_lists"
    lease_duration: ClassVar[timedelta] = timedelta(hours=1)

    mends = models.BooleanField(default=True)
    compared_at = models.DateTimeField(_("compared"), null=True)
    subscribed = models.PositiveIntegerField(default=0)
    """People who are subscribed here."""
    members = models.PositiveIntegerField(default=0)
    """People on the list there."""
    missing = models.PositiveIntegerField(default=0)
    surplus = models.PositiveIntegerField(default=0)
    different = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    strangers = models.PositiveIntegerField(default=0)
    on_their_way = models.PositiveIntegerField(default=0)

    class Meta(OutboxRow.Meta):
        verbose_name = _("comparison of the lists")
        verbose_name_plural = _("comparisons of the lists")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def differs(self) -> bool:
        return any((self.missing, self.surplus, self.different, self.left))


def last_comparison() -> ListComparison | None:
    """The last one that came to an end."""
    done: models.QuerySet[Any] = ListComparison.objects.exclude(compared_at=None)
    found: ListComparison | None = done.order_by("-compared_at").first()
    return found
