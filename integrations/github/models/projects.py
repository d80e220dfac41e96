"""Repositories: what GitHub says about them, and what editors make of them."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string


class ProjectQuerySet(models.QuerySet["Project"]):
    def present(self) -> Self:
        """What the accounts have now, hidden or not."""
        return self.filter(retired_at=None)

    def visible(self) -> Self:
        """What anybody may see."""
        return self.present().filter(is_hidden=False)

    def in_editors_order(self) -> Self:
        """As editors chose, then by stars."""
        return self.order_by(F("sort_order").asc(nulls_last=True), "-stars", "pk")


class Project(models.Model):
    """A public repository. Rows are kept when it vanishes: editors' work is on them."""

    github_id = models.BigIntegerField(unique=True, editable=False)
    owner = models.CharField(_("owner"), max_length=100, editable=False)
    name = models.CharField(_("name"), max_length=100, editable=False)
    description = models.TextField(_("description on GitHub"), blank=True, editable=False)
    html_url = models.URLField(max_length=500, editable=False)
    homepage = models.URLField(max_length=500, blank=True, editable=False)
    language = models.CharField(
        _("programming language"), max_length=60, blank=True, editable=False
    )
    topics = ArrayField(models.CharField(max_length=50), default=list, editable=False)
    stars = models.PositiveIntegerField(_("stars"), default=0, editable=False)
    forks = models.PositiveIntegerField(default=0, editable=False)
    open_issues = models.PositiveIntegerField(default=0, editable=False)
    license = models.CharField(max_length=60, blank=True, editable=False)
    is_archived = models.BooleanField(_("archived"), default=False, editable=False)
    is_fork = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(editable=False)
    pushed_at = models.DateTimeField(_("last change"), null=True, editable=False)
    # Folded words with a blank before each, so that " word" finds beginnings of words.
    search_text = models.TextField(default="", editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    is_featured = models.BooleanField(
        _("featured"), default=False, help_text=_("Stands on the landing page.")
    )
    is_hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("Is not shown anywhere on the website.")
    )
    sort_order = models.PositiveIntegerField(
        _("place"),
        null=True,
        blank=True,
        help_text=_("1 is the first. Empty: after those with a place, by stars."),
    )
    summary = models.TextField(
        _("own description"),
        max_length=400,
        blank=True,
        help_text=_("Shown instead of the description on GitHub."),
    )
    cover = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = [
            # For the editors' order, which is the default of /api/projects.
            models.Index(
                F("sort_order").asc(nulls_last=True),
                F("stars").desc(),
                F("id").asc(),
                condition=Q(retired_at=None, is_hidden=False),
                name="github_project_editors_order",
            ),
            # For /api/projects/{owner}/{name}.
            models.Index(Lower("owner"), Lower("name"), name="github_project_full_name"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"


FROM_GITHUB = (
    *("owner", "name", "description", "html_url", "homepage", "language", "topics", "stars"),
    *("forks", "open_issues", "license", "is_archived", "is_fork", "created_at", "pushed_at"),
    "search_text",
)
"""Columns that a refresh writes; all others are the editors'."""
