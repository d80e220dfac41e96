"""`manage.py add_webhook URL [--event TYPE …]`: an endpoint without the admin."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from integrations.webhooks.event_types import EventType
from integrations.webhooks.services import add_endpoint


class Command(BaseCommand):
    help = "Tell URL about changes of the content. Prints the secret that signs the messages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="where messages are sent to, http or https")
        parser.add_argument(
            "--event",
            action="append",
            default=[],
            choices=EventType.values,
            metavar="TYPE",
            help=f"only these, may be repeated: {', '.join(EventType.values)}",
        )
        parser.add_argument("--description", default="", help="what is there, for the admin")

    def handle(self, *_args: Any, url: str, event: list[str], **options: Any) -> None:
        try:
            _endpoint, secret = add_endpoint(
                url=url, event_types=event, description=options["description"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(secret)
        self.stderr.write("Keep this secret: it is not shown again.")
