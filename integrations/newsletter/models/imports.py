"""Lists of people who have agreed elsewhere, on their way into ours."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.ops.outbox import OutboxQuerySet, OutboxRow
from integrations.newsletter.models.subscribers import LONGEST_CONSENT_SOURCE, LONGEST_LOCALE

DRAFTS_FOR = timedelta(days=1)
"""An uploaded file that nobody has approved is forgotten after that."""


class ListImportQuerySet(OutboxQuerySet):
    def due(self) -> Self:
        """Nothing is done with a file before somebody has seen what would happen."""
        return super().due().filter(is_approved=True)


class ListImport(OutboxRow):
    """An uploaded file, what shall be done with it, and how far that has come.

    Its content is personal data: forgotten as soon as it is done, or not approved within a day.
    """

    task_name: ClassVar[str] = "integrations.newsletter.tasks.import_list"
    # Some minutes for the longest file.
    lease_duration: ClassVar[timedelta] = timedelta(hours=1)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_name = models.CharField(_("file"), max_length=200)
    content = models.TextField(blank=True)
    consent_source = models.TextField(
        _("where the consent of these people is kept"),
        validators=[MaxLengthValidator(LONGEST_CONSENT_SOURCE)],
    )
    consented_on = models.DateField(_("when they agreed"), null=True, blank=True)
    locale = models.CharField(_("language"), max_length=LONGEST_LOCALE)
    asks_to_confirm = models.BooleanField(_("ask each of them to confirm"), default=False)
    is_approved = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(_("people"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    results = models.JSONField(default=dict)
    """How many of each `states.ImportResult`."""

    objects = ListImportQuerySet.as_manager()  # type: ignore[misc]  # the base has a class variable

    class Meta(OutboxRow.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ()
        default_manager_name = "objects"
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state=OutboxRow.State.WAITING) | Q(content=""),
                name="newsletter_listimport_forgets",
            ),
            models.CheckConstraint(
                condition=~Q(consent_source=""), name="newsletter_listimport_has_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def finish(self) -> bool:
        return self._end(OutboxRow.State.DONE, content="")

    def give_up(self, *, error: str) -> bool:
        """As of every row; who wants it again uploads the file again."""
        return self._end(OutboxRow.State.DEAD, last_error=error, content="")

    @transaction.atomic
    def cancel(self) -> bool:
        self._rows().update(content="")
        return super().cancel()

    @property
    def share_done(self) -> int:
        """In percent."""
        return 100 * self.rows_done // self.rows_total if self.rows_total else 100
