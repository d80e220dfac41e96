"""`manage.py worker`: the background process."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.ops.worker import run_until_stopped


class Command(BaseCommand):
    help = "Publish and expire what is scheduled, once a minute, until SIGTERM."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until stopped."""
        run_until_stopped()
