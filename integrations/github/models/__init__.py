"""What is shown of GitHub, who is asked about, and how the last refresh went."""

from integrations.github.models.accounts import Account, GitHubSettings
from integrations.github.models.contributions import Contribution
from integrations.github.models.feeds import Budget, Feed, Push, StoredPage, database_now
from integrations.github.models.projects import Project

__all__ = [
    "Account",
    "Budget",
    "Contribution",
    "Feed",
    "GitHubSettings",
    "Project",
    "Push",
    "StoredPage",
    "database_now",
]
