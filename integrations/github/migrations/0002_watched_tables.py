from django.db import migrations

from cms.content_version.tracking import watch

# Answers tell when a feed was fetched, when that is tried again, and from when it counts as late.
REFRESH_COLUMNS = (
    *("requested_at", "attempted_at", "run_id", "run_started_at", "requests", "unchanged_pages"),
    *("dropped_items", "failure", "failure_subject", "failed_at", "failures"),
    *("lease_token", "lease_expires_at"),
)


class Migration(migrations.Migration):
    dependencies = [("github", "0001_initial"), ("cms", "0002_content_changes")]

    operations = [
        watch("github_project", unread=("search_text",)),
        watch("github_contribution", unread=("repository_key", "author_key")),
        watch("github_feed", unread=REFRESH_COLUMNS),
    ]
