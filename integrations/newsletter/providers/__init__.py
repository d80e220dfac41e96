"""The providers of lists, and which of them the settings choose."""

from django.conf import settings

from integrations.newsletter.providers.base import ListProvider
from integrations.newsletter.providers.mailgun import MailgunList
from integrations.newsletter.providers.sendgrid import SendGridList

_PROVIDERS: dict[str, type[MailgunList | SendGridList]] = {
    "mailgun": MailgunList,
    "sendgrid": SendGridList,
}


def list_provider() -> ListProvider | None:
    """The list that subscribers are kept on outside of this site, or None."""
    chosen = _PROVIDERS.get(settings.NEWSLETTER_PROVIDER)
    return chosen(**settings.NEWSLETTER_LIST) if chosen else None
