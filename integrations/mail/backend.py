"""The `EMAIL_BACKEND` of this site: every mail of Django and Wagtail becomes a row."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from integrations.mail import outbox


class QueueingEmailBackend(BaseEmailBackend):
    """Takes mails into the caller's transaction; the worker sends them.

    Whatever is wrong with a mail itself, as two addresses in one, is raised here, all or none of
    ``messages`` is stored; whatever is wrong on the way is the worker's business.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        try:
            with transaction.atomic():
                return sum(bool(outbox.enqueue_message(message)) for message in email_messages)
        except ValueError:
            if self.fail_silently:
                return 0
            raise
