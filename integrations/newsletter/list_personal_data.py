"""What is kept for the list at the provider, also of somebody who is erased here already."""

from django.utils.translation import gettext_lazy as _

from cms.personal_data import PersonalDataSource, Record, register_personal_data
from integrations.mail.services import canonical_address
from integrations.newsletter.list_outbox import note_address
from integrations.newsletter.models import ListEntry, Subscriber

_LABELS = {
    "email": _("Email address"),
    "is_on_list": _("On the list at the provider"),
    "is_waiting": _("A change waits for the provider"),
    "synced_at": _("In step since"),
}


def register() -> None:
    register_personal_data(
        PersonalDataSource(
            "newsletter_list", _("Newsletter’s list at the provider"), _find, _erase, _LABELS
        )
    )


def _find(address: str) -> list[Record]:
    entries = ListEntry.objects.filter(canonical_address=canonical_address(address))
    return [
        {
            "email": entry.canonical_address,
            "is_on_list": entry.is_on_list,
            "is_waiting": entry.state == ListEntry.State.WAITING,
            "synced_at": entry.synced_at,
        }
        for entry in entries
    ]


def _erase(address: str) -> int:
    """The provider is told, once more if that failed; what is kept here goes when it has obeyed."""
    canonical = canonical_address(address)
    is_left_over = (
        not Subscriber.objects.filter(canonical_email=canonical).exists()
        and ListEntry.objects.filter(canonical_address=canonical).exists()
    )
    if is_left_over:
        note_address(canonical)
    return 0
