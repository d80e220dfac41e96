"""Mails about a message: to the staff, and perhaps to the sender.

Anybody can type a stranger's address into a form. So the mail to the sender is off unless somebody
switches it on, repeats not one word of what was typed, goes to one address once a day, and to all
addresses together not more often than a person would notice.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from cms.http.advisory_lock import wait_for_lock
from integrations.contact.models import ContactMessage, ContactSettings
from integrations.mail.services import InvalidAddressError, MailTemplate, queue_mail

TO_STAFF = "contact_message"
TO_SENDER = "contact_acknowledgement"

ONE_ADDRESS_IN = timedelta(hours=24)
ALL_ADDRESSES_IN = timedelta(hours=1)
MOST_IN_THAT_TIME = 30

logger = logging.getLogger(__name__)


def _sample() -> dict[str, object]:
    return {
        "name": "Ana Solís",
        "email": "ana@example.org",
        "visitor_subject": "Coffee",
        "message": "Is there coffee?\nHow much?",
        "received": formats.date_format(timezone.localtime(), "DATETIME_FORMAT"),
        "inbox_url": f"{settings.PUBLIC_URL}{reverse('contact_messages:index')}",
    }


TEMPLATES = (
    MailTemplate(TO_STAFF, _("Message of a visitor, for the staff"), _sample),
    MailTemplate(TO_SENDER, _("Acknowledgement of a message")),
)


def tell_staff(message: ContactMessage) -> None:
    """A mail to everybody whom the settings name, once; answering it writes to the sender.

    An address that takes no mail must not cost a visitor's message, so it is only logged.
    """
    untold = ContactMessage.objects.filter(pk=message.pk, staff_told_at=None)
    if not untold.update(staff_told_at=Now()):
        return
    path = reverse("contact_messages:inspect", args=[message.pk])
    context = {
        "name": message.name,
        "email": message.email,
        "visitor_subject": message.subject,
        "message": message.message,
        "received": formats.date_format(timezone.localtime(message.received_at), "DATETIME_FORMAT"),
        "inbox_url": f"{settings.PUBLIC_URL}{path}",
    }
    for recipient in ContactSettings.load().recipient_addresses:
        try:
            queue_mail(
                template=TO_STAFF,
                to=recipient,
                context=context,
                reply_to=message.email,
                reference=message.mail_reference,
            )
        except InvalidAddressError:
            logger.exception("A recipient of contact messages has no valid address")


def acknowledge(message: ContactMessage) -> None:
    """A mail to the sender, if that is wanted and not too much."""
    if not ContactSettings.load().sends_acknowledgement:
        return
    # One after the other, or parallel requests would count alike.
    wait_for_lock("contact:acknowledgements")
    acknowledged = ContactMessage.objects.filter(acknowledged_at__gt=Now() - ALL_ADDRESSES_IN)
    same_address = ContactMessage.objects.filter(
        canonical_email=message.canonical_email, acknowledged_at__gt=Now() - ONE_ADDRESS_IN
    )
    if same_address.exists() or acknowledged.count() >= MOST_IN_THAT_TIME:
        return
    queue_mail(
        template=TO_SENDER,
        to=message.email,
        context={},
        language=message.locale,
        reference=message.mail_reference,
    )
    ContactMessage.objects.filter(pk=message.pk).update(acknowledged_at=Now())
