"""`manage.py bump_content_version`: have every public answer made anew."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.content_version.version import bump_content_version


class Command(BaseCommand):
    help = (
        "Have every web process forget what it has cached, within a second. Needed only after a "
        "change that the database did not see, such as files replaced on disk."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """May be repeated."""
        bump_content_version()
        self.stdout.write("The content version was raised: every public answer is made anew.")
