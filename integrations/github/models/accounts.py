"""Who is asked about, and what of it is shown."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting

LOGIN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}"
_NEVER_SHOWN = re.compile(rf"{LOGIN}(/[A-Za-z0-9._-]{{1,100}})?")
_MOST_MINUTES = 7 * 24 * 60
_FEWEST_MINUTES = 5


class Account(models.Model):
    """An organisation or a person on GitHub."""

    login = models.CharField(
        _("name on GitHub"),
        max_length=39,
        validators=[RegexValidator(rf"^{LOGIN}$", _("This is not a name on GitHub."))],
        help_text=_("As in github.com/name."),
    )
    shows_projects = models.BooleanField(
        _("show repositories"),
        default=True,
        help_text=_("Its public repositories are shown as projects."),
    )
    shows_contributions = models.BooleanField(
        _("show contributions"),
        default=False,
        help_text=_("Pull requests and issues that this person opened, in any public repository."),
    )
    includes_forks = models.BooleanField(_("also forks"), default=False)
    includes_archived = models.BooleanField(_("also archived repositories"), default=False)
    topics = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("topics"),
        default=list,
        blank=True,
        help_text=_("Only repositories with one of these topics, separated by commas. Empty: all."),
    )
    minimum_stars = models.PositiveIntegerField(
        _("stars at least"), default=0, validators=[MaxValueValidator(1_000_000)]
    )
    # Numbers of the last complete refresh, as GitHub had them: none after some is suspicious.
    repository_count = models.PositiveIntegerField(default=0, editable=False)
    contribution_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("login"),
                name="github_account_login_unique",
                violation_error_message=_("This account is in the list already."),
            ),
            models.CheckConstraint(
                condition=models.Q(shows_projects=True) | models.Q(shows_contributions=True),
                name="github_account_shows_something",
                violation_error_message=_("Choose what is shown of this account."),
            ),
        ]

    def __str__(self) -> str:
        return self.login

    def clean(self) -> None:
        super().clean()
        self.topics = [topic.strip().lower() for topic in self.topics if topic.strip()]
        if self.login.lower() in GitHubSettings.current().never_shown:
            raise ValidationError({"login": _("This name is in the list of what is never shown.")})


class GitHubSettings(BaseGenericSetting):
    """What editors decide about the refresh as a whole."""

    minutes_between_refreshes = models.PositiveIntegerField(
        _("minutes between refreshes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(_FEWEST_MINUTES), MaxValueValidator(_MOST_MINUTES)],
        help_text=_("Empty: as the server’s setting GITHUB_CACHE_SECONDS says (six hours)."),
    )
    never_show = models.TextField(
        _("never show"),
        blank=True,
        help_text=_(
            "People who do not want to appear, and repositories like owner/name, one in each line. "
            "What is here already disappears at once."
        ),
    )
    has_first_accounts = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("GitHub")

    @classmethod
    def current(cls) -> "GitHubSettings":
        """The stored settings; not those that Wagtail keeps with a request."""
        return cls.objects.first() or cls()

    def clean(self) -> None:
        super().clean()
        for line in self.never_show.split():
            if not _NEVER_SHOWN.fullmatch(line):
                message = _("“%(line)s” is neither a name on GitHub nor owner/name.")
                raise ValidationError({"never_show": message % {"line": line[:100]}})

    @property
    def never_shown(self) -> frozenset[str]:
        """Logins and ``owner/name`` in lower case."""
        return frozenset(self.never_show.lower().split())

    @property
    def time_between_refreshes(self) -> timedelta:
        if self.minutes_between_refreshes is None:
            return timedelta(seconds=settings.GITHUB_CACHE_SECONDS)
        return timedelta(minutes=self.minutes_between_refreshes)

    def is_shown(self, *names: Any) -> bool:
        """Whether none of ``names`` (logins, repositories) asked to be left out."""
        return self.never_shown.isdisjoint(str(name).lower() for name in names)
