"""Pull requests and issues."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Contribution(models.Model):
    """A pull request or an issue that one of the configured people opened."""

    class Type(models.TextChoices):
        PULL_REQUEST = "pull_request", _("Pull request")
        ISSUE = "issue", _("Issue")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        MERGED = "merged", _("Merged")

    github_id = models.BigIntegerField(unique=True)
    type = models.CharField(max_length=12, choices=Type)
    state = models.CharField(max_length=6, choices=State)
    repository = models.CharField(max_length=201)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    html_url = models.URLField(max_length=500)
    author = models.CharField(max_length=100)
    author_avatar_url = models.URLField(max_length=500, blank=True)
    author_html_url = models.URLField(max_length=500)
    labels = ArrayField(models.CharField(max_length=100), default=list)
    comments = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)
    # In lower case, since names on GitHub are the same in any case.
    repository_key = models.CharField(max_length=201)
    author_key = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        default_permissions = ()
        # Newest first is the only order, so each filter of /api/contributions has it in its index.
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="github_contribution_newest"),
            models.Index(fields=["type", "-created_at", "-id"], name="github_contribution_type"),
            models.Index(fields=["state", "-created_at", "-id"], name="github_contribution_state"),
            models.Index(
                fields=["repository_key", "-created_at", "-id"], name="github_contribution_repo"
            ),
            models.Index(
                fields=["author_key", "-created_at", "-id"], name="github_contribution_author"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repository}#{self.number}"
