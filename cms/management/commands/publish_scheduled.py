"""Wagtail's command by our scheduler.

Its own publishes a page and its stand-ins in other languages each by itself, outside of a
transaction: a crash leaves them apart, and receivers of webhooks are told twice.
"""

from typing import Any

from wagtail.management.commands import publish_scheduled

from content import scheduling


class Command(publish_scheduled.Command):
    """Publish and withdraw what is due, as the worker does every five seconds."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        self.stdout.write(f"{scheduling.run_due()} scheduled items were published or withdrawn.")
