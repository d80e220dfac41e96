"""How the refresh stands: across processes and restarts it is here and nowhere else.

All times are the database's, so the clocks of the machines do not matter.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cms.feeds import CONTRIBUTIONS, PROJECTS
from integrations.github.failures import Failure

LEASE = timedelta(minutes=2)
"""Longer than one request and the swap can take; renewed before every request."""


SETTLES_WITHIN = timedelta(seconds=15)
"""What is asked for on demand is asked for once in this time. GitHub's lists and searches need some
seconds as well until they have what a push tells of."""


def database_now() -> datetime:
    """The database's clock, which goes on within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


class FeedQuerySet(models.QuerySet["Feed"]):
    def acquire(self, name: str) -> "Feed | None":
        """The feed, held by the caller for `LEASE`; ``None`` while somebody else holds it."""
        self.get_or_create(name=name)
        token = uuid.uuid4()
        unheld = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now())
        taken = self.filter(unheld, name=name).update(
            lease_token=token, lease_expires_at=Now() + LEASE, attempted_at=Now()
        )
        return self.get(name=name) if taken else None

    def request(self, *names: str, joins_run: bool = False) -> None:
        """Have feeds refreshed as soon as they may be.

        A run under way may have passed what this is about, so another one follows it; with
        ``joins_run`` only if nobody had asked before.
        """
        for name in names:
            self.get_or_create(name=name)
        is_new = Q(requested_at=None)
        if not joins_run:
            is_new |= Q(run_id__isnull=False, requested_at__lte=F("run_started_at"))
        self.filter(is_new, name__in=names).update(requested_at=Now())

    def begin_anew(self, *names: str) -> None:
        """Have a run that is under way, or half done, give nothing of what it has got.

        In the caller's transaction: an exchange that has begun is over before, and none begins.
        """
        self.filter(name__in=names).update(run_id=None, lease_token=None, lease_expires_at=None)

    def end_pauses(self, *names: str) -> None:
        """Somebody may have mended what failed: try it now, unless it failed a moment ago."""
        self.filter(_is_settled(), name__in=names).exclude(failure="").update(next_refresh_at=Now())

    def paused(self) -> Self:
        """Feeds that failed, and for which GitHub is left alone until the next try."""
        return self.exclude(failure="").filter(next_refresh_at__gt=Now())

    def due(self, needed: Collection[str]) -> Self:
        """Feeds to be refreshed now that nobody is refreshing; of new ones those in ``needed``.

        What is wanted waits for the end of a pause: pushes come as often as others like.
        """
        unheld = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now())
        is_time = Q(next_refresh_at__lte=Now()) | Q(next_refresh_at=None, name__in=needed)
        is_wanted = Q(requested_at__isnull=False, failure="") & _is_settled()
        return self.filter(unheld & (is_time | is_wanted))


def _is_settled() -> Q:
    return Q(attempted_at=None) | Q(attempted_at__lte=Now() - SETTLES_WITHIN)


class Feed(models.Model):
    """One list that is refreshed as a whole, or not at all."""

    class Name(models.TextChoices):
        PROJECTS = PROJECTS, _("Projects")
        CONTRIBUTIONS = CONTRIBUTIONS, _("Contributions")

    name = models.CharField(primary_key=True, max_length=16, choices=Name)
    fetched_at = models.DateTimeField(_("last complete refresh"), null=True)
    stale_at = models.DateTimeField(null=True)
    # Empty while nobody is asked about, and before the first refresh.
    next_refresh_at = models.DateTimeField(_("next refresh"), null=True)
    # Somebody, or a push, wants it now.
    requested_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)

    # One run may take several jobs; pages that carry its id need not be asked for again.
    run_id = models.UUIDField(null=True)
    run_started_at = models.DateTimeField(null=True)
    requests = models.PositiveIntegerField(default=0)
    unchanged_pages = models.PositiveIntegerField(default=0)
    dropped_items = models.PositiveIntegerField(default=0)

    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    failure_subject = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    lease_token = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def change_if_held(self, **values: Any) -> bool:
        """Store ``values``; False, and nothing, if another process has taken the feed over."""
        mine = Feed.objects.filter(pk=self.pk, lease_token=self.lease_token)
        return bool(mine.update(**values))


class Budget(models.Model):
    """How many requests GitHub allows with one token, for one kind of resource.

    The row without a resource holds what concerns all of them.
    """

    token_key = models.CharField(max_length=16)
    resource = models.CharField(max_length=40, blank=True)
    allowed = models.PositiveIntegerField(null=True)
    remaining = models.PositiveIntegerField(null=True)
    resets_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["token_key", "resource"], name="github_budget_once")
        ]

    def __str__(self) -> str:
        return f"{self.resource or '*'}: {self.remaining}"


class StoredPage(models.Model):
    """One page of a list as GitHub answered it last, cut down to what is shown of it."""

    feed = models.CharField(max_length=16, choices=Feed.Name)
    url = models.CharField(max_length=1000)
    # An ETag holds for the token that it was got with.
    token_key = models.CharField(max_length=16)
    etag = models.CharField(max_length=300, blank=True)
    next_url = models.CharField(max_length=1000, blank=True)
    total_count = models.PositiveIntegerField(null=True)
    items = models.JSONField()
    received_items = models.PositiveIntegerField(default=0)
    dropped_items = models.PositiveIntegerField(default=0)
    run_id = models.UUIDField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["feed", "url"], name="github_storedpage_once")
        ]

    def __str__(self) -> str:
        return self.url


class Push(models.Model):
    """A message of GitHub's that has been taken, by the digest of its body: once."""

    digest = models.CharField(primary_key=True, max_length=64)
    event = models.CharField(max_length=60)
    # Whose contributions have changed, if that is what the message tells.
    login = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.event
